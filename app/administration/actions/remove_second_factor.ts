import { administer } from '#app/administration/administered_person'
import type { Origin } from '#app/activity/origin'
import Passkey from '#app/auth/models/passkey'
import RecoveryCode from '#app/auth/models/recovery_code'
import type User from '#app/users/models/user'

/**
 * Forgets the authenticator app, the passkeys and the recovery codes of a person who has lost
 * them: from then on their password is enough, until they set up another second factor.
 */
export default class RemoveSecondFactor {
  handle(origin: Origin, personId: string): Promise<User> {
    return administer(origin, personId, async (person, trx) => {
      const app = person.totpConfirmedAt !== null
      const totp = { totpSecret: null, totpConfirmedAt: null, totpLastStep: null }
      await person.merge(totp).save()
      const passkeys = Number(
        await Passkey.query({ client: trx }).where('user_id', person.id).delete()
      )
      await RecoveryCode.query({ client: trx }).where('user_id', person.id).delete()
      if (!app && passkeys === 0) return null
      return { action: 'user.second_factor_removed', details: { app, passkeys } }
    })
  }
}
