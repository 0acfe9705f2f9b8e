import { MailError } from '#app/mail/mail_error'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'

/** What became of a test message. */
export type TestMailOutcome =
  | { accepted: true; to: string; answer: string }
  | { accepted: false; to: string; failed: string; answer: string | null; next: string }

/**
 * Sends a message by the settings as they are saved, to see whether they work.
 */
export default class SendTestMail {
  async handle(to: string): Promise<TestMailOutcome> {
    const { url } = await panelSettings()
    try {
      const answer = await sendMail({
        to,
        subject: 'Muster can send mail',
        text: [
          'This message was sent to see whether the panel can send mail. It can.',
          'Nothing needs to be done.',
        ],
        link: { label: 'Open the panel', url },
      })
      return { accepted: true, to, answer }
    } catch (error) {
      if (!(error instanceof MailError)) throw error
      const { failed, answer, next } = error
      return { accepted: false, to, failed, answer, next }
    }
  }
}
