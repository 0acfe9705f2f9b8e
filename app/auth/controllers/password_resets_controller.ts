import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ResetPassword, { LINK_IS_OVER } from '#app/auth/actions/reset_password'
import { findResetUser } from '#app/auth/password_reset'
import { requestOrigin } from '#app/auth/request_origin'
import { resetPasswordValidator } from '#app/auth/validators'

/**
 * Setting a new password by the link that was sent.
 */
export default class PasswordResetsController {
  async create({ request, response, view }: HttpContext) {
    const token = request.input('token')
    const user = await findResetUser(token)
    if (user) return view.render('pages/auth/reset_password', { token, email: user.email })
    response.status(404)
    const why = `${LINK_IS_OVER} Your password is as it was.`
    return view.render('pages/auth/link_over', { why, again: '/forgot-password' })
  }

  @inject()
  async store(ctx: HttpContext, resetPassword: ResetPassword) {
    const input = await ctx.request.validateUsing(resetPasswordValidator)
    await resetPassword.handle({ ...input, origin: requestOrigin(ctx, null) })
    const message = 'The new password is set. Log in with it.'
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('session.create')
  }
}
