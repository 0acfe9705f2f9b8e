import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Membership from '#app/teams/models/membership'

/**
 * Whether a team has an owner besides this member who can still sign in.
 *
 * @param trx the transaction that holds the team, when the answer decides something
 */
export async function hasOtherOwner(
  member: Pick<Membership, 'id' | 'teamId'>,
  trx?: TransactionClientContract
): Promise<boolean> {
  const other = await Membership.within(member, { client: trx })
    .where('role', 'owner')
    .whereNot('id', member.id)
    .whereHas('user', (user) => user.whereNull('deactivated_at'))
    .first()
  return other !== null
}
