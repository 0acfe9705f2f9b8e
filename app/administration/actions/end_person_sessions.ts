import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { administer } from '#app/administration/administered_person'
import type { Origin } from '#app/activity/origin'
import SignIn from '#app/auth/models/sign_in'
import type User from '#app/users/models/user'

/**
 * Signs a person out of every browser: the next request of each is a stranger's.
 */
export default class EndPersonSessions {
  handle(origin: Origin, personId: string): Promise<User> {
    return administer(origin, personId, async (person, trx) => {
      const sessions = await endSignIns(person, trx)
      return sessions > 0 ? { action: 'user.signed_out', details: { sessions } } : null
    })
  }
}

/**
 * Ends all sign-ins of a person.
 *
 * @returns how many were open
 */
export async function endSignIns(
  person: Pick<User, 'id'>,
  client: TransactionClientContract
): Promise<number> {
  const now = Date.now()
  const ended = await SignIn.query({ client })
    .where('user_id', person.id)
    .whereNull('ended_at')
    .update({ endedAt: now, updatedAt: now })
  return Number(ended)
}
