import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LogIn from '#app/auth/actions/log_in'
import { beginPending } from '#app/auth/pending_sign_in'
import { hasSecondFactor } from '#app/auth/second_factor/has_second_factor'
import { passkeySite } from '#app/auth/second_factor/passkey_site'
import { sendBack } from '#app/auth/send_back'
import { beginSession, endSession, intendedPath } from '#app/auth/signed_in_session'
import { logInValidator } from '#app/auth/validators'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * Logging in with a password, and out.
 */
export default class SessionController {
  async create({ view }: HttpContext) {
    const { signUp } = await panelSettings()
    return view.render('pages/auth/login', { signUp, site: await passkeySite() })
  }

  @inject()
  async store(ctx: HttpContext, logIn: LogIn) {
    const { email, password } = await ctx.request.validateUsing(logInValidator)
    const result = await logIn.handle({ email, password, address: ctx.request.ip() })
    if (result.kind === 'refused') {
      return sendBack(ctx, '/login', { field: 'email', message: result.message })
    }
    if (await hasSecondFactor(result.user)) {
      beginPending(ctx, result.user, 'password')
      return ctx.response.redirect().toRoute('second_factors.create')
    }
    await beginSession(ctx, result.user, { method: 'password' })
    return ctx.response.redirect().toPath(intendedPath(ctx))
  }

  async destroy(ctx: HttpContext) {
    await endSession(ctx)
    return ctx.response.redirect().toRoute('session.create')
  }
}
