import type { HttpContext } from '@adonisjs/core/http'
import { findPending } from '#app/auth/pending_sign_in'
import { takeChallenge } from '#app/auth/second_factor/passkey_challenges'
import { parseAuthenticationResponse } from '#app/auth/second_factor/passkey_responses'
import { verifyAuthentication } from '#app/auth/second_factor/passkeys'
import { sendBack } from '#app/auth/send_back'
import { beginSession, intendedPath } from '#app/auth/signed_in_session'

/**
 * The second step of logging in, by a passkey.
 */
export default class SecondFactorPasskeysController {
  async store(ctx: HttpContext) {
    const pending = await findPending(ctx)
    if (!pending) return ctx.response.redirect().toRoute('session.create')
    const { user, method } = pending
    const response = await parseAuthenticationResponse(ctx.request.input('response'))
    const challenge = await takeChallenge(ctx, 'second-factor')
    const verified =
      challenge && (await verifyAuthentication({ challenge, response, expectedUser: user }))
    if (!verified) {
      const message = 'This passkey was not accepted. Try again, or use another way.'
      return sendBack(ctx, '/login/second-factor', { field: 'response', message })
    }
    await beginSession(ctx, user, { method, secondFactor: 'passkey' })
    return ctx.response.redirect().toPath(intendedPath(ctx))
  }
}
