import Membership from '#app/teams/models/membership'
import type User from '#app/users/models/user'
import { Scope } from '#app/teams/scope'

/**
 * The scope a person acts in: the team chosen in the session when they still belong to it, else
 * the first they joined; null for a person without a team.
 */
export async function findScope(user: User, chosenTeamId?: string): Promise<Scope | null> {
  const memberships = await Membership.query()
    .where('user_id', user.id)
    .preload('team')
    .orderBy('created_at')
    .orderBy('id')
  const membership = memberships.find(({ teamId }) => teamId === chosenTeamId) ?? memberships[0]
  if (!membership) return null
  return new Scope({
    userId: user.id,
    teamId: membership.teamId,
    teamName: membership.team.name,
    role: membership.role,
  })
}
