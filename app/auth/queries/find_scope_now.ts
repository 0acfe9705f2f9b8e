import type { HttpContext } from '@adonisjs/core/http'
import SignIn from '#app/auth/models/sign_in'
import { findScope } from '#app/teams/queries/find_scope'
import type { Ability } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * The scope of a request that is still being answered as it would be found now, in the same team;
 * null when it would not be let in any more: its sign-in was ended, its person was deactivated,
 * left the team or lost the ability. It does not count as being seen.
 */
export async function findScopeNow(
  { scope, signIn, request }: HttpContext,
  need: Ability
): Promise<Scope | null> {
  const open = await SignIn.query()
    .where('id', signIn.id)
    .whereNull('ended_at')
    .preload('user')
    .first()
  if (!open || open.user.deactivatedAt !== null) return null
  const now = await findScope(open.user, {
    chosenTeamId: scope.teamId,
    address: request.ip(),
    requestId: request.id(),
  })
  return now?.teamId === scope.teamId && now.can(need) ? now : null
}
