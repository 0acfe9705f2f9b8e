import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import type User from '#app/users/models/user'

/** What people change about themselves. */
export type UserChanges = Partial<
  Pick<User, 'fullName' | 'email' | 'timeZone' | 'theme' | 'mailedDeployments'>
>

/**
 * Changes what a person says about themselves. The record has what stood there before; when
 * nothing is new, nothing happens.
 */
export default class UpdateUser {
  /**
   * @param also what else belongs to the change, in the same transaction
   */
  async handle(
    origin: Origin,
    user: User,
    changes: UserChanges,
    also?: (trx: TransactionClientContract) => Promise<unknown>
  ): Promise<void> {
    const before = { ...user.$original }
    user.merge(changes)
    if (!user.$isDirty) return
    const details = Object.fromEntries(
      Object.entries(user.$dirty).map(([name, to]) => [name, { from: before[name] ?? null, to }])
    )
    await db.transaction(async (trx) => {
      await user.useTransaction(trx).save()
      await also?.(trx)
      const act = { action: 'user.updated', subject: personSubject(user), details }
      await recordActivity(origin, act, trx)
    })
  }
}
