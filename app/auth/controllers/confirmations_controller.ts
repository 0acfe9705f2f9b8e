import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ConfirmIdentity from '#app/auth/actions/confirm_identity'
import { TOO_MANY_ATTEMPTS } from '#app/auth/attempts'
import { interrupted, resumeInterrupted } from '#app/auth/confirmation'
import { requestOrigin } from '#app/auth/request_origin'
import { hasPasskey } from '#app/auth/second_factor/has_second_factor'
import { passkeySite } from '#app/auth/second_factor/passkey_site'
import { sendBack } from '#app/auth/send_back'
import { confirmationValidator } from '#app/auth/validators'

/**
 * Proving anew who one is, before something dangerous, by password or code.
 */
export default class ConfirmationsController {
  async create(ctx: HttpContext) {
    const user = ctx.auth.use('web').user!
    return ctx.view.render('pages/auth/confirm', {
      back: interrupted(ctx).back,
      hasApp: user.totpConfirmedAt !== null,
      hasPasskey: await hasPasskey(user),
      site: await passkeySite(),
    })
  }

  @inject()
  async store(ctx: HttpContext, confirmIdentity: ConfirmIdentity) {
    const user = ctx.auth.use('web').user!
    const who = { user, signIn: ctx.signIn, origin: requestOrigin(ctx, user) }
    const proof = await ctx.request.validateUsing(confirmationValidator)
    const byCode = proof.code !== undefined
    const result = byCode
      ? await confirmIdentity.byCode(who, proof.code!)
      : await confirmIdentity.byPassword(who, proof.password!)
    if (result !== 'confirmed') {
      const wrong = byCode
        ? 'This code is not right, or was used before.'
        : 'This is not your password.'
      const message = result === 'wrong' ? wrong : TOO_MANY_ATTEMPTS
      return sendBack(ctx, '/confirm', { field: byCode ? 'code' : 'password', message })
    }
    ctx.session.regenerate()
    return ctx.response.redirect().toPath(resumeInterrupted(ctx))
  }
}
