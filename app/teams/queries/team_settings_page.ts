import Membership from '#app/teams/models/membership'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import { holdingsOf } from '#app/teams/queries/holdings'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a team's settings shows to one of its members: for owners also whom it can go
 * to and what keeps it from being removed.
 */
export async function teamSettingsPage(scope: Scope) {
  const members = await Membership.within(scope).preload('user')
  const own = members.find(({ userId }) => userId === scope.userId)!
  const mayLeave = own.role !== 'owner' || (await hasOtherOwner(own))
  if (!scope.can('team.own')) return { mayLeave, heirs: [], holdings: null }
  const heirs = members
    .filter(({ user }) => user.id !== scope.userId && user.deactivatedAt === null)
    .map(({ id, role, user }) => ({ id, role, fullName: user.fullName }))
    .sort((one, other) => one.fullName.localeCompare(other.fullName))
  return { mayLeave, heirs, holdings: await holdingsOf(scope.teamId) }
}
