import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import PassSecondFactor from '#app/auth/actions/pass_second_factor'
import { endPending, findPending } from '#app/auth/pending_sign_in'
import { requestOrigin } from '#app/auth/request_origin'
import { hasPasskey } from '#app/auth/second_factor/has_second_factor'
import { passkeySite } from '#app/auth/second_factor/passkey_site'
import { sendBack } from '#app/auth/send_back'
import { beginSession, intendedPath } from '#app/auth/signed_in_session'
import { codeValidator } from '#app/auth/validators'

/**
 * The second step of logging in, by a code.
 */
export default class SecondFactorsController {
  async create(ctx: HttpContext) {
    const pending = await findPending(ctx)
    if (!pending) return ctx.response.redirect().toRoute('session.create')
    return ctx.view.render('pages/auth/second_factor', {
      hasApp: pending.user.totpConfirmedAt !== null,
      hasPasskey: await hasPasskey(pending.user),
      site: await passkeySite(),
    })
  }

  @inject()
  async store(ctx: HttpContext, passSecondFactor: PassSecondFactor) {
    const pending = await findPending(ctx)
    if (!pending) return ctx.response.redirect().toRoute('session.create')
    const { user, method } = pending
    const { code } = await ctx.request.validateUsing(codeValidator)
    const result = await passSecondFactor.handle({ user, code, origin: requestOrigin(ctx, user) })
    if (result.kind === 'ended') {
      endPending(ctx)
      const message = 'Too many wrong codes. Wait 15 minutes, then log in again.'
      return sendBack(ctx, '/login', { field: 'email', message })
    }
    if (result.kind === 'refused') {
      const message = 'This code is not right, or was used before. Wait for the next one.'
      return sendBack(ctx, '/login/second-factor', { field: 'code', message })
    }
    await beginSession(ctx, user, { method, secondFactor: result.secondFactor })
    if (result.codesLeft !== null) {
      const message = `Recovery codes left: ${result.codesLeft}. You find new ones in your account.`
      ctx.session.flash('toasts', [{ tone: 'warning', message }])
    }
    return ctx.response.redirect().toPath(intendedPath(ctx))
  }
}
