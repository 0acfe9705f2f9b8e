import Grant from '#app/teams/models/grant'
import Membership from '#app/teams/models/membership'
import type { Role } from '#app/teams/roles'
import { Scope, type OwnTeam } from '#app/teams/scope'
import type User from '#app/users/models/user'

interface Place {
  id: string
  team_id: string
  name: string
  role: Role
  restricted: number | boolean
}

interface Circumstances {
  address?: string | null
  requestId?: string | null
  teams?: readonly OwnTeam[]
}

/**
 * The scope a person acts in: the team chosen in the session when they still belong to it, else
 * the first they joined; null for a person without a team.
 */
export async function findScope(
  user: User,
  request: { chosenTeamId?: string; address?: string | null; requestId?: string | null }
): Promise<Scope | null> {
  const places = await placesOf(user)
  const chosen = places.find((place) => place.team_id === request.chosenTeamId)
  const place = chosen ?? places[0]
  if (!place) return null
  const { team_id: teamId, name, role } = place
  const grants = place.restricted
    ? await Grant.within({ teamId }).where('membership_id', place.id)
    : null
  const teams = places.map((each) => ({ id: each.team_id, name: each.name, role: each.role }))
  return scopeIn({ id: teamId, name, role }, user, grants, { ...request, teams })
}

/**
 * The scope of one membership, whose team is loaded.
 */
export async function scopeOf(user: User, membership: Membership): Promise<Scope> {
  if (membership.restricted) await membership.load('grants')
  const { teamId, team, role, restricted, grants } = membership
  return scopeIn({ id: teamId, name: team.name, role }, user, restricted ? grants : null, {})
}

/** A person's teams in the order they joined them. Every request asks, so no models are made. */
function placesOf(user: User): Promise<Place[]> {
  return Membership.query()
    .join('teams', 'teams.id', 'memberships.team_id')
    .where('memberships.user_id', user.id)
    .select('memberships.id', 'memberships.team_id', 'memberships.role', 'memberships.restricted')
    .select('teams.name')
    .orderBy('memberships.created_at')
    .orderBy('memberships.id')
    .pojo<Place>()
}

function scopeIn(
  team: OwnTeam,
  user: User,
  grants: readonly Grant[] | null,
  { address, requestId, teams }: Circumstances
): Scope {
  return new Scope({
    userId: user.id,
    userName: user.fullName,
    teamId: team.id,
    teamName: team.name,
    role: team.role,
    restriction: grants && restrictionOf(grants),
    teams,
    address,
    requestId,
  })
}

function restrictionOf(grants: readonly Grant[]) {
  const ids = (key: 'serverId' | 'projectId') => grants.map((grant) => grant[key]).filter(isText)
  return { serverIds: ids('serverId'), projectIds: ids('projectId') }
}

const isText = (value: string | null): value is string => value !== null
