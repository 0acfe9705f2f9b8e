import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type Passkey from '#app/auth/models/passkey'
import RecoveryCode from '#app/auth/models/recovery_code'
import { personSubject } from '#app/auth/request_origin'
import { verifyRegistration } from '#app/auth/second_factor/passkeys'
import { issueRecoveryCodes } from '#app/auth/second_factor/recovery_codes'
import type User from '#app/users/models/user'

/**
 * Adds a passkey to a person's account. Whoever has no recovery codes yet gets them with it.
 */
export default class AddPasskey {
  /**
   * @param answer what the browser sent, and the challenge it answers
   * @returns the passkey, and fresh recovery codes or null
   * @throws the refusal of `response`
   */
  async handle(
    origin: Origin,
    user: User,
    answer: { name: string; challenge: string; response: RegistrationResponseJSON }
  ): Promise<{ passkey: Passkey; codes: string[] | null }> {
    let codes: string[] | null = null
    const passkey = await verifyRegistration(user, answer, origin, async (client) => {
      // Whoever adds another one at this moment waits for the end of this transaction.
      const known = await RecoveryCode.query({ client }).where('user_id', user.id).first()
      if (known) return
      codes = await issueRecoveryCodes(user, client)
      const details = { count: codes.length }
      const act = { action: 'recovery_codes.issued', subject: personSubject(user), details }
      await recordActivity(origin, act, client)
    })
    return { passkey, codes }
  }
}
