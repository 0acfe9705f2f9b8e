import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { guessesAt } from '#app/auth/attempts'
import SignIn from '#app/auth/models/sign_in'
import { personSubject } from '#app/auth/request_origin'
import { verifyTotpCode } from '#app/auth/second_factor/totp'
import type User from '#app/users/models/user'

export interface Confirmation {
  user: User
  signIn: SignIn
  origin: Origin
}

export type ConfirmationResult = 'confirmed' | 'wrong' | 'too many'

/**
 * Notes in a sign-in that its person proved anew who they are. Guesses are limited.
 */
export default class ConfirmIdentity {
  byPassword(who: Confirmation, password: string): Promise<ConfirmationResult> {
    return this.#guess(who, 'password', () => who.user.verifyPassword(password))
  }

  byCode(who: Confirmation, code: string): Promise<ConfirmationResult> {
    return this.#guess(who, 'totp', () => verifyTotpCode(who.user, code))
  }

  /** With a passkey that was verified as the person's. */
  byPasskey(who: Confirmation): Promise<void> {
    return this.#confirm(who, 'passkey')
  }

  async #guess(
    who: Confirmation,
    by: string,
    isRight: () => Promise<boolean>
  ): Promise<ConfirmationResult> {
    const attempts = guessesAt('confirmation', who.user, who.origin.address)
    if (!(await attempts.begin())) return 'too many'
    if (!(await isRight())) return 'wrong'
    await attempts.succeeded()
    await this.#confirm(who, by)
    return 'confirmed'
  }

  async #confirm({ user, signIn, origin }: Confirmation, by: string) {
    const now = Date.now()
    const act = { action: 'session.confirmed', subject: personSubject(user), details: { by } }
    await db.transaction(async (client) => {
      await SignIn.query({ client })
        .where('id', signIn.id)
        .update({ confirmedAt: now, updatedAt: now })
      await recordActivity(origin, act, client)
    })
  }
}
