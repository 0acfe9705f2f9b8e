import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ConfirmIdentity from '#app/auth/actions/confirm_identity'
import { resumeInterrupted } from '#app/auth/confirmation'
import { requestOrigin } from '#app/auth/request_origin'
import { takeChallenge } from '#app/auth/second_factor/passkey_challenges'
import { parseAuthenticationResponse } from '#app/auth/second_factor/passkey_responses'
import { verifyAuthentication } from '#app/auth/second_factor/passkeys'
import { sendBack } from '#app/auth/send_back'

/**
 * Proving anew who one is, before something dangerous, by a passkey.
 */
export default class ConfirmationPasskeysController {
  @inject()
  async store(ctx: HttpContext, confirmIdentity: ConfirmIdentity) {
    const user = ctx.auth.use('web').user!
    const response = await parseAuthenticationResponse(ctx.request.input('response'))
    const challenge = await takeChallenge(ctx, 'confirmation')
    const verified =
      challenge && (await verifyAuthentication({ challenge, response, expectedUser: user }))
    if (!verified) {
      const message = 'This passkey was not accepted. Try again, or use another way.'
      return sendBack(ctx, '/confirm', { field: 'response', message })
    }
    const origin = requestOrigin(ctx, user)
    await confirmIdentity.byPasskey({ user, signIn: ctx.signIn, origin })
    ctx.session.regenerate()
    return ctx.response.redirect().toPath(resumeInterrupted(ctx))
  }
}
