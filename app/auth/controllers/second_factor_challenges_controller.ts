import type { HttpContext } from '@adonisjs/core/http'
import { findPending } from '#app/auth/pending_sign_in'
import { keepChallenge } from '#app/auth/second_factor/passkey_challenges'
import { authenticationOptions } from '#app/auth/second_factor/passkeys'

/**
 * What a browser needs to use a passkey of the person who gave their password.
 */
export default class SecondFactorChallengesController {
  async store(ctx: HttpContext) {
    const pending = await findPending(ctx)
    if (!pending) {
      return ctx.response.unauthorized({ message: 'It took too long. Log in again.' })
    }
    const options = await authenticationOptions(pending.user)
    keepChallenge(ctx, 'second-factor', options.challenge)
    return ctx.response.json(options)
  }
}
