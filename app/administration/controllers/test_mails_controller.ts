import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import SendTestMail from '#app/mail/actions/send_test_mail'

/**
 * Messages that show whether the panel can send any.
 */
export default class TestMailsController {
  @inject()
  async store({ auth, session, response }: HttpContext, sendTestMail: SendTestMail) {
    const { email } = auth.use('web').getUserOrFail()
    session.flash('testMail', await sendTestMail.handle(email))
    return response.redirect().toRoute('mail_settings.edit')
  }
}
