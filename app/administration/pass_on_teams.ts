import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { holdTeam } from '#app/teams/hold_team'
import Membership from '#app/teams/models/membership'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import type User from '#app/users/models/user'

/**
 * Gives each team whose last owner is about to be shut out another one: the admin who has been
 * there the longest. A team without an admin keeps the owner it has.
 *
 * @param trx the transaction that shuts the person out
 */
export async function passOnTeams(
  origin: Origin,
  person: User,
  trx: TransactionClientContract
): Promise<void> {
  const owned = await Membership.query({ client: trx })
    .where({ userId: person.id, role: 'owner' })
    .orderBy('team_id')
  for (const membership of owned) {
    await holdTeam(membership.teamId, trx)
    if (await hasOtherOwner(membership, trx)) continue
    const heir = await longestStandingAdmin(membership.teamId, trx)
    if (!heir) continue
    await heir.merge({ role: 'owner' }).save()
    await recordActivity(
      origin,
      {
        action: 'member.role_changed',
        subject: { type: 'user', id: heir.userId, name: heir.user.fullName },
        details: { from: 'admin', to: 'owner', instead: person.fullName },
        teamId: membership.teamId,
      },
      trx
    )
  }
}

function longestStandingAdmin(teamId: string, client: TransactionClientContract) {
  return Membership.within({ teamId }, { client })
    .where('role', 'admin')
    .whereHas('user', (user) => user.whereNull('deactivated_at'))
    .preload('user')
    .orderBy('created_at')
    .orderBy('id')
    .first()
}
