import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import { holdAdministrators } from '#app/users/hold_administrators'
import User from '#app/users/models/user'

/** What an act did, for the record; null when there was nothing to do. */
export type Done = { action: string; details?: Record<string, unknown> } | null

/**
 * Does something to a person of the panel on behalf of an administrator: in one transaction that
 * waits for other changes to who administers the panel, with the person as they are then, and
 * with its record.
 *
 * @returns the person
 * @throws E_ROW_NOT_FOUND when there is no such person, or the one who acts administers no more
 */
export async function administer(
  origin: Origin,
  personId: string,
  act: (person: User, trx: TransactionClientContract) => Promise<Done>
): Promise<User> {
  return db.transaction(async (trx) => {
    await holdAdministrators(origin, trx)
    const person = await User.findOrFail(personId, { client: trx })
    const subject = personSubject(person)
    const done = await act(person, trx)
    if (done) await recordActivity(origin, { ...done, subject }, trx)
    return person
  })
}
