import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import AskPasswordReset from '#app/auth/actions/ask_password_reset'
import { afterResponse } from '#app/auth/after_response'
import { Attempts, networkOf, TOO_MANY_ATTEMPTS } from '#app/auth/attempts'
import { requestOrigin } from '#app/auth/request_origin'
import { sendBack } from '#app/auth/send_back'
import { addressValidator } from '#app/auth/validators'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * Asking for a link that sets a new password. The answer is the same for everybody.
 */
export default class PasswordRequestsController {
  async create({ view, session }: HttpContext) {
    const email = session.flashMessages.get('askedFor', null)
    if (email) return view.render('pages/auth/forgot_password_asked', { email })
    const { sendsMail } = await panelSettings()
    const way = sendsMail ? 'forgot_password' : 'forgot_password_without_mail'
    return view.render(`pages/auth/${way}`)
  }

  @inject()
  async store(ctx: HttpContext, askPasswordReset: AskPasswordReset) {
    const { email } = await ctx.request.validateUsing(addressValidator)
    const address = ctx.request.ip()
    const limit = { requests: 20, duration: '15 mins' }
    const attempts = new Attempts('reset_network', [{ of: networkOf(address), limit }])
    if (!(await attempts.begin())) {
      return sendBack(ctx, '/forgot-password', { field: 'email', message: TOO_MANY_ATTEMPTS })
    }
    const { sendsMail } = await panelSettings()
    if (sendsMail) {
      const origin = requestOrigin(ctx, null)
      afterResponse(ctx, 'the mail for a new password', () =>
        askPasswordReset.handle({ email, origin })
      )
      ctx.session.flash('askedFor', email)
    }
    return ctx.response.redirect().toPath('/forgot-password')
  }
}
