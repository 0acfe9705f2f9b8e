import limiter from '@adonisjs/limiter/services/main'
import { errors as limiterErrors } from '@adonisjs/limiter'
import { isInvitationToken } from '#app/members/invitation_token'
import { findInvitation } from '#app/members/queries/find_invitation'
import type Invitation from '#app/members/models/invitation'

/**
 * The invitation of a link, for whoever comes with one. Links that lead nowhere are counted by
 * network address, 30 in 15 minutes, before they are looked up; one that leads somewhere is given
 * back.
 *
 * @returns null for a link that leads nowhere, and for an address that tries them out
 */
export async function lookUpInvitation(
  token: unknown,
  address: string
): Promise<Invitation | null> {
  if (!isInvitationToken(token)) return null
  const misses = limiter.use({ requests: 30, duration: '15 mins' })
  const key = `invitation_${address}`
  try {
    await misses.consume(key)
  } catch (error) {
    if (!(error instanceof limiterErrors.E_TOO_MANY_REQUESTS)) throw error
    return null
  }
  const invitation = await findInvitation(token)
  if (invitation) await misses.decrement(key)
  return invitation
}
