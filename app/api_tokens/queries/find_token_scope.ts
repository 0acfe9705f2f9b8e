import { DateTime } from 'luxon'
import ApiToken from '#app/api_tokens/models/api_token'
import { hashOfToken, tokenIn } from '#app/api_tokens/token_text'
import Membership from '#app/teams/models/membership'
import { scopeOf } from '#app/teams/queries/find_scope'
import { Scope } from '#app/teams/scope'

/** How far behind "last used" may be, in seconds: not every request writes. */
const USED_WITHIN_SECONDS = 60

/**
 * The scope of an API token: what the token was given and its maker can still do, in the token's
 * team. Null for a token that is unknown or expired, or whose maker has left the team or was
 * deactivated.
 *
 * @param header the request's `Authorization` header
 */
export async function findTokenScope(
  header: string | undefined,
  request: { address: string; requestId: string | undefined }
): Promise<Scope | null> {
  const text = tokenIn(header)
  if (text === null) return null
  const token = await ApiToken.acrossTeams()
    .where('token_hash', hashOfToken(text))
    .preload('user')
    .first()
  if (!token || (token.expiresAt && token.expiresAt <= DateTime.utc())) return null
  if (token.user.deactivatedAt !== null) return null
  const membership = await Membership.query()
    .where({ teamId: token.teamId, userId: token.userId })
    .preload('team')
    .first()
  if (!membership) return null
  await noteUse(token, request.address)
  const maker = await scopeOf(token.user, membership)
  return new Scope({
    userId: token.userId,
    userName: token.user.fullName,
    teamId: token.teamId,
    teamName: membership.team.name,
    role: membership.role,
    restriction: maker.restriction,
    token,
    address: request.address,
    requestId: request.requestId,
  })
}

async function noteUse(token: ApiToken, address: string) {
  const recently = DateTime.utc().minus({ seconds: USED_WITHIN_SECONDS })
  if (token.lastUsedAt && token.lastUsedAt > recently && token.lastUsedAddress === address) return
  await ApiToken.acrossTeams()
    .where('id', token.id)
    .update({ lastUsedAt: Date.now(), lastUsedAddress: address })
}
