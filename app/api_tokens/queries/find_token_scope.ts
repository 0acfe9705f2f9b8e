import { DateTime } from 'luxon'
import ApiToken from '#app/api_tokens/models/api_token'
import { hashOfToken, tokenIn } from '#app/api_tokens/token_text'
import type { Restriction } from '#app/core/database/tenant_model'
import Project from '#app/projects/models/project'
import Membership from '#app/teams/models/membership'
import { scopeOf } from '#app/teams/queries/find_scope'
import { roleCan } from '#app/teams/roles'
import { Scope } from '#app/teams/scope'

/** How far behind "last used" may be, in seconds: not every request writes. */
const USED_WITHIN_SECONDS = 60

/**
 * The scope of an API token: what the token was given and its maker can still do, in the token's
 * team. Null for a token that is unknown or expired, or whose maker has left the team, has a role
 * there that makes no tokens, or was deactivated.
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
  if (!token || token.isExpired || token.user.deactivatedAt !== null) return null
  const membership = await Membership.query()
    .where({ teamId: token.teamId, userId: token.userId })
    .preload('team')
    .first()
  if (!membership || !roleCan(membership.role, 'tokens.manage')) return null
  await noteUse(token, request.address)
  const maker = await scopeOf(token.user, membership)
  const restriction = await restrictionOf(token, maker)
  return new Scope({
    userId: token.userId,
    userName: token.user.fullName,
    teamId: token.teamId,
    teamName: membership.team.name,
    role: membership.role,
    restriction,
    token,
    address: request.address,
    requestId: request.requestId,
  })
}

/** A token of one project sees that one, as long as its maker does. */
async function restrictionOf({ projectId }: ApiToken, maker: Scope): Promise<Restriction | null> {
  if (projectId === null) return maker.restriction
  const project = await Project.within(maker).where('id', projectId).first()
  return { serverIds: [], projectIds: project ? [project.id] : [] }
}

async function noteUse(token: ApiToken, address: string) {
  const recently = DateTime.utc().minus({ seconds: USED_WITHIN_SECONDS })
  if (token.lastUsedAt && token.lastUsedAt > recently && token.lastUsedAddress === address) return
  await ApiToken.acrossTeams()
    .where('id', token.id)
    .update({ lastUsedAt: Date.now(), lastUsedAddress: address })
}
