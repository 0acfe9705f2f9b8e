import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import { hasSecondFactor } from '#app/auth/second_factor/has_second_factor'
import { issueRecoveryCodes } from '#app/auth/second_factor/recovery_codes'
import { refuse } from '#app/core/exceptions/refusal'
import type User from '#app/users/models/user'

/**
 * Gives a person new recovery codes; earlier ones stop working.
 */
export default class RenewRecoveryCodes {
  /**
   * @returns the codes, which cannot be had again
   * @throws the refusal of `codes` when nothing is asked for that they could stand in for
   */
  async handle(origin: Origin, user: User): Promise<string[]> {
    if (!(await hasSecondFactor(user))) {
      refuse('codes', 'Recovery codes stand in for an app or a passkey. Add one of them first.')
    }
    return db.transaction(async (client) => {
      const codes = await issueRecoveryCodes(user, client)
      const details = { count: codes.length }
      const act = { action: 'recovery_codes.issued', subject: personSubject(user), details }
      await recordActivity(origin, act, client)
      return codes
    })
  }
}
