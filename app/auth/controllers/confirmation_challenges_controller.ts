import type { HttpContext } from '@adonisjs/core/http'
import { keepChallenge } from '#app/auth/second_factor/passkey_challenges'
import { authenticationOptions } from '#app/auth/second_factor/passkeys'

/**
 * What a browser needs for a signed-in person to prove anew who they are by a passkey.
 */
export default class ConfirmationChallengesController {
  async store(ctx: HttpContext) {
    const options = await authenticationOptions(ctx.auth.use('web').user!)
    keepChallenge(ctx, 'confirmation', options.challenge)
    return ctx.response.json(options)
  }
}
