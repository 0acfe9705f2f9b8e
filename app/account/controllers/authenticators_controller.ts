import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ConfirmAuthenticator from '#app/account/actions/confirm_authenticator'
import ProposeAuthenticator from '#app/account/actions/propose_authenticator'
import RemoveAuthenticator from '#app/account/actions/remove_authenticator'
import { proposalPage } from '#app/account/queries/proposal_page'
import { showCodes } from '#app/account/shown_codes'
import { confirmAuthenticatorValidator } from '#app/account/validators'
import { requestOrigin } from '#app/auth/request_origin'

/** Where the session keeps which proposal it was shown. */
const MARK_KEY = 'authenticator_proposal'

/**
 * A person's authenticator app (TOTP, RFC 6238).
 */
export default class AuthenticatorsController {
  @inject()
  async create(ctx: HttpContext, propose: ProposeAuthenticator) {
    const user = ctx.auth.use('web').getUserOrFail()
    if (user.totpConfirmedAt) return ctx.response.redirect().toRoute('account_security.show')
    const { secret, mark } = await propose.handle(user, ctx.session.get(MARK_KEY))
    ctx.session.put(MARK_KEY, mark)
    ctx.response.header('Cache-Control', 'no-store')
    return ctx.view.render('pages/account/authenticator', await proposalPage(user, secret))
  }

  @inject()
  async store(ctx: HttpContext, confirm: ConfirmAuthenticator) {
    const user = ctx.auth.use('web').getUserOrFail()
    const { code } = await ctx.request.validateUsing(confirmAuthenticatorValidator)
    const codes = await confirm.handle(requestOrigin(ctx, user), user, code)
    ctx.session.forget(MARK_KEY)
    const message = 'The authenticator app is on.'
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return showCodes(ctx, codes)
  }

  @inject()
  async destroy(ctx: HttpContext, remove: RemoveAuthenticator) {
    const user = ctx.auth.use('web').getUserOrFail()
    await remove.handle(requestOrigin(ctx, user), user)
    ctx.session.flash('toasts', [{ tone: 'success', message: 'The authenticator app is off.' }])
    return ctx.response.redirect().toRoute('account_security.show')
  }
}
