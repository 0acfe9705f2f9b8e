import type { HttpContext } from '@adonisjs/core/http'
import { keepChallenge } from '#app/auth/second_factor/passkey_challenges'
import { authenticationOptions } from '#app/auth/second_factor/passkeys'

/**
 * What a browser needs to log in with any passkey it has for this panel.
 */
export default class LoginChallengesController {
  async store(ctx: HttpContext) {
    const options = await authenticationOptions(null)
    keepChallenge(ctx, 'login', options.challenge)
    return ctx.response.json(options)
  }
}
