import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LogIn from '#app/auth/actions/log_in'
import { beginSession, endSession } from '#app/auth/signed_in_session'
import { logInValidator } from '#app/auth/validators'

/**
 * Logging in and out.
 */
export default class SessionController {
  create({ view }: HttpContext) {
    return view.render('pages/auth/login')
  }

  @inject()
  async store(ctx: HttpContext, logIn: LogIn) {
    const { email, password } = await ctx.request.validateUsing(logInValidator)
    const result = await logIn.handle({ email, password, address: ctx.request.ip() })
    if (result.kind === 'refused') {
      ctx.session.flashExcept(['_csrf', 'password'])
      ctx.session.flashErrors({ E_LOGIN: result.message })
      ctx.session.flash('inputErrorsBag', { email: [result.message] })
      return ctx.response.redirect().toRoute('session.create')
    }

    const intended = ctx.session.pull('intended_url', '/dashboard')
    await beginSession(ctx, result.user, { method: 'password' })
    return ctx.response.redirect().toPath(intended)
  }

  async destroy(ctx: HttpContext) {
    await endSession(ctx)
    return ctx.response.redirect().toRoute('session.create')
  }
}
