import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import { issueRecoveryCodes } from '#app/auth/second_factor/recovery_codes'
import { verifyTotpCode } from '#app/auth/second_factor/totp'
import { refuse } from '#app/core/exceptions/refusal'
import User from '#app/users/models/user'

/**
 * Turns the proposed authenticator app on, once a code shows that it has the secret. From then on
 * it is asked for after the password.
 */
export default class ConfirmAuthenticator {
  /**
   * @returns fresh recovery codes, which cannot be had again
   * @throws the refusal of `code`
   */
  async handle(origin: Origin, user: User, code: string): Promise<string[]> {
    const secret = user.totpConfirmedAt === null ? user.totpSecret : null
    if (!secret) refuse('code', 'There is no app to confirm. Begin anew.')
    if (!(await verifyTotpCode(user, code, { secret }))) {
      refuse('code', 'This code is not right now. Wait for the next one and type that.')
    }
    return db.transaction(async (client) => {
      const confirmed = await User.query({ client })
        .where('id', user.id)
        .whereNull('totp_confirmed_at')
        .update({ totpConfirmedAt: DateTime.utc().toMillis(), updatedAt: Date.now() })
      // The row is held now: what stands in it is what counts, not what was read before.
      const held = await User.query({ client }).where('id', user.id).firstOrFail()
      if (Number(confirmed) !== 1 || held.totpSecret?.reveal() !== secret.reveal()) {
        refuse('code', 'Another browser set up an app a moment ago. Look at what holds now.')
      }
      const codes = await issueRecoveryCodes(user, client)
      const details = { factor: 'totp', recoveryCodes: codes.length }
      const act = { action: 'second_factor.enabled', subject: personSubject(user), details }
      await recordActivity(origin, act, client)
      return codes
    })
  }
}
