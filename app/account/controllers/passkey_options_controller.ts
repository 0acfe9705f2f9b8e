import type { HttpContext } from '@adonisjs/core/http'
import { keepChallenge } from '#app/auth/second_factor/passkey_challenges'
import { registrationOptions } from '#app/auth/second_factor/passkeys'

/**
 * What a browser needs to make a passkey.
 */
export default class PasskeyOptionsController {
  async store(ctx: HttpContext) {
    const options = await registrationOptions(ctx.auth.use('web').getUserOrFail())
    keepChallenge(ctx, 'registration', options.challenge)
    return options
  }
}
