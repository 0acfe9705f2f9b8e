import Membership from '#app/teams/models/membership'
import { roleCan, type Ability, type Role } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/** A member who can do something, or can have it done. */
export interface Colleague {
  fullName: string
  role: Role
}

/**
 * Owners and admins of the scope's team who may do what the asker may not, owners first.
 */
export async function whoMay(scope: Scope, ability: Ability): Promise<Colleague[]> {
  const leading = (['owner', 'admin'] as const).filter((role) => roleCan(role, ability))
  const members = await Membership.within(scope)
    .whereIn('role', leading)
    .whereHas('user', (user) => user.whereNull('deactivated_at'))
    .preload('user')
  return members
    .map(({ user, role }) => ({ fullName: user.fullName, role }))
    .sort(
      (one, other) =>
        leading.indexOf(one.role as 'owner') - leading.indexOf(other.role as 'owner') ||
        one.fullName.localeCompare(other.fullName)
    )
}
