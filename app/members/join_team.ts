import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import type Invitation from '#app/members/models/invitation'
import Membership from '#app/teams/models/membership'
import type User from '#app/users/models/user'

/**
 * Gives a person the place that an invitation holds, with the role that was invited. Who has a
 * place already keeps that one.
 *
 * @param trx the transaction that holds the team
 */
export async function joinTeam(
  { teamId, role, restricted, inviter }: Invitation,
  user: User,
  origin: Origin,
  trx: TransactionClientContract
): Promise<void> {
  const place = await Membership.within({ teamId }, { client: trx })
    .where('user_id', user.id)
    .first()
  if (place) return
  await Membership.create({ teamId, userId: user.id, role, restricted }, { client: trx })
  await recordActivity(
    { ...origin, teamId, actor: { kind: 'user', id: user.id, name: user.fullName } },
    {
      action: 'member.joined',
      subject: personSubject(user),
      details: { role, restricted, invitedBy: inviter.fullName },
    },
    trx
  )
}
