import db from '@adonisjs/lucid/services/db'
import { removeLeftoverCodes } from '#app/account/leftover_codes'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import User from '#app/users/models/user'

/**
 * Turns a person's authenticator app off. One that is off already is left as it is.
 */
export default class RemoveAuthenticator {
  async handle(origin: Origin, user: User): Promise<void> {
    await db.transaction(async (client) => {
      const removed = await User.query({ client })
        .where('id', user.id)
        .whereNotNull('totp_confirmed_at')
        .update({
          totpSecret: null,
          totpConfirmedAt: null,
          totpLastStep: null,
          updatedAt: Date.now(),
        })
      if (Number(removed) !== 1) return
      await removeLeftoverCodes(user, client)
      const subject = personSubject(user)
      const details = { factor: 'totp' }
      await recordActivity(origin, { action: 'second_factor.disabled', subject, details }, client)
    })
  }
}
