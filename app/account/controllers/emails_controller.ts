import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ChangeEmail from '#app/account/actions/change_email'
import { updateEmailValidator } from '#app/account/validators'
import { requestOrigin } from '#app/auth/request_origin'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * The e-mail address a person logs in with.
 */
export default class EmailsController {
  async edit({ view, auth }: HttpContext) {
    const { sendsMail } = await panelSettings()
    return view.render('pages/account/email', { user: auth.use('web').getUserOrFail(), sendsMail })
  }

  @inject()
  async update(ctx: HttpContext, changeEmail: ChangeEmail) {
    const user = ctx.auth.use('web').getUserOrFail()
    const input = await ctx.request.validateUsing(updateEmailValidator)
    const email = input.email.toLowerCase()
    const problem = await changeEmail.handle(requestOrigin(ctx, user), user, email)
    const toasts = [{ tone: 'success', message: `You log in with ${email} from now on.` }]
    if (problem) {
      const message = `Your former address could not be told of it. ${problem}`
      toasts.push({ tone: 'warning', message })
    }
    ctx.session.flash('toasts', toasts)
    return ctx.response.redirect().toRoute('account.edit')
  }
}
