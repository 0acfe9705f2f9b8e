import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Passkey from '#app/auth/models/passkey'
import RecoveryCode from '#app/auth/models/recovery_code'
import { personSubject } from '#app/auth/request_origin'
import User from '#app/users/models/user'

/**
 * Takes away everything a person gives besides their password: authenticator app, passkeys and
 * recovery codes. For people who lost them.
 */
export async function removeSecondFactor(user: User, origin: Origin): Promise<void> {
  await db.transaction(async (client) => {
    await User.query({ client }).where('id', user.id).update({
      totpSecret: null,
      totpConfirmedAt: null,
      totpLastStep: null,
      updatedAt: Date.now(),
    })
    await Passkey.query({ client }).where('user_id', user.id).delete()
    await RecoveryCode.query({ client }).where('user_id', user.id).delete()
    const subject = personSubject(user)
    await recordActivity(origin, { action: 'second_factor.removed', subject }, client)
  })
}
