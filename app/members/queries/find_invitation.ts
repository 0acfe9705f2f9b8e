import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { hashOfInvitation } from '#app/members/invitation_token'
import Invitation from '#app/members/models/invitation'
import Membership from '#app/teams/models/membership'
import { abilities, isAtMost } from '#app/teams/roles'

/**
 * The invitation that a link's token stands for, with its team and who made it. Null when it was
 * used, revoked, replaced or has expired, and when the one who made it could not make it today.
 *
 * @param trx the transaction that holds the team, when the answer decides something
 */
export async function findInvitation(
  token: string,
  trx?: TransactionClientContract
): Promise<Invitation | null> {
  const invitation = await Invitation.acrossTeams({ client: trx })
    .where('token_hash', hashOfInvitation(token))
    .where('expires_at', '>', Date.now())
    .preload('team')
    .preload('inviter')
    .first()
  if (!invitation || invitation.inviter.deactivatedAt) return null
  const inviter = await Membership.within(invitation, { client: trx })
    .where('user_id', invitation.invitedBy)
    .whereIn('role', [...abilities['team.manage']])
    .first()
  return inviter && isAtMost(invitation.role, inviter.role) ? invitation : null
}
