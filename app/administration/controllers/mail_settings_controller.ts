import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { administratorOrigin } from '#app/administration/administrator_origin'
import { undelivered } from '#app/notifications/queries/undelivered'
import SetMailServer from '#app/settings/actions/set_mail_server'
import { panelSettings } from '#app/settings/models/panel_settings'
import { mailSettingsValidator } from '#app/settings/validators'

/**
 * The server that takes the panel's messages.
 */
export default class MailSettingsController {
  async edit({ view, auth, session }: HttpContext) {
    return view.render('pages/administration/mail', {
      settings: await panelSettings(),
      ownAddress: auth.use('web').getUserOrFail().email,
      undelivered: await undelivered(),
      test: session.flashMessages.get('testMail') ?? null,
    })
  }

  @inject()
  async update(ctx: HttpContext, setMailServer: SetMailServer) {
    const input = await ctx.request.validateUsing(mailSettingsValidator)
    const changed = await setMailServer.handle(administratorOrigin(ctx), {
      smtpHost: input.smtpHost ?? null,
      smtpPort: input.smtpPort,
      smtpSecurity: input.smtpSecurity,
      smtpUsername: input.smtpUsername ?? null,
      password: input.password ?? null,
      withoutLogin: input.withoutLogin ?? false,
      mailFrom: input.mailFrom ?? null,
    })
    const next = changed && input.smtpHost ? ' Send a test to see whether they work.' : ''
    const message = `The settings are saved.${next}`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('mail_settings.edit')
  }
}
