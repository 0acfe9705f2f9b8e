import type { HttpContext } from '@adonisjs/core/http'
import { takeChallenge } from '#app/auth/second_factor/passkey_challenges'
import { parseAuthenticationResponse } from '#app/auth/second_factor/passkey_responses'
import { verifyAuthentication } from '#app/auth/second_factor/passkeys'
import { sendBack } from '#app/auth/send_back'
import { beginSession, intendedPath } from '#app/auth/signed_in_session'

/**
 * Logging in with a passkey instead of the password and of everything else.
 */
export default class PasskeySessionsController {
  async store(ctx: HttpContext) {
    const response = await parseAuthenticationResponse(ctx.request.input('response'))
    const challenge = await takeChallenge(ctx, 'login')
    const verified = challenge && (await verifyAuthentication({ challenge, response }))
    if (!verified) {
      const message = 'This passkey was not accepted. Try again, or log in with your password.'
      return sendBack(ctx, '/login', { field: 'response', message })
    }
    await beginSession(ctx, verified.user, { method: 'passkey' })
    return ctx.response.redirect().toPath(intendedPath(ctx))
  }
}
