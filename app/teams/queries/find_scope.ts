import Membership from '#app/teams/models/membership'
import type Grant from '#app/teams/models/grant'
import { Scope, type OwnTeam } from '#app/teams/scope'
import type User from '#app/users/models/user'

/**
 * The scope a person acts in: the team chosen in the session when they still belong to it, else
 * the first they joined; null for a person without a team.
 */
export async function findScope(
  user: User,
  request: { chosenTeamId?: string; address?: string | null; requestId?: string | null }
): Promise<Scope | null> {
  const memberships = await Membership.query()
    .where('user_id', user.id)
    .preload('team')
    .orderBy('created_at')
    .orderBy('id')
  const chosen = memberships.find(({ teamId }) => teamId === request.chosenTeamId)
  const membership = chosen ?? memberships[0]
  if (!membership) return null
  const teams = memberships.map(({ team, role }) => ({ id: team.id, name: team.name, role }))
  return scopeOf(user, membership, { ...request, teams })
}

/**
 * The scope of one membership, whose team is loaded.
 */
export async function scopeOf(
  user: User,
  membership: Membership,
  request: {
    address?: string | null
    requestId?: string | null
    teams?: readonly OwnTeam[]
  } = {}
): Promise<Scope> {
  if (membership.restricted) await membership.load('grants')
  return new Scope({
    userId: user.id,
    userName: user.fullName,
    teamId: membership.teamId,
    teamName: membership.team.name,
    role: membership.role,
    restriction: membership.restricted ? restrictionOf(membership.grants) : null,
    teams: request.teams,
    address: request.address,
    requestId: request.requestId,
  })
}

function restrictionOf(grants: readonly Grant[]) {
  const ids = (key: 'serverId' | 'projectId') => grants.map((grant) => grant[key]).filter(isText)
  return { serverIds: ids('serverId'), projectIds: ids('projectId') }
}

const isText = (value: string | null): value is string => value !== null
