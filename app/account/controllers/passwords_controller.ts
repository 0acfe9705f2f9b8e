import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ChangePassword from '#app/account/actions/change_password'
import { updatePasswordValidator } from '#app/account/validators'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * A person's password, changed by whoever knows the present one.
 */
export default class PasswordsController {
  edit({ view, auth }: HttpContext) {
    return view.render('pages/account/password', { email: auth.use('web').getUserOrFail().email })
  }

  @inject()
  async update(ctx: HttpContext, changePassword: ChangePassword) {
    const user = ctx.auth.use('web').getUserOrFail()
    const input = await ctx.request.validateUsing(updatePasswordValidator)
    await changePassword.handle(requestOrigin(ctx, user), user, { ...input, kept: ctx.signIn })
    ctx.session.regenerate()
    const message = 'Your password is changed. Every other browser is logged out.'
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('account_security.show')
  }
}
