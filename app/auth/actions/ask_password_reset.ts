import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { Attempts } from '#app/auth/attempts'
import { issueResetLink, RESET_LASTS_MINUTES } from '#app/auth/password_reset'
import { personSubject } from '#app/auth/request_origin'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'
import User from '#app/users/models/user'

/**
 * Sends a person the link by which they set a new password; somebody who is unknown or deactivated
 * gets nothing. Each address gets 5 messages in 30 minutes at most, the last of which works.
 * It takes longer for people who exist: do it when the answer is sent.
 *
 * @throws MailError
 */
export default class AskPasswordReset {
  async handle({ email, origin }: { email: string; origin: Origin }): Promise<void> {
    const address = email.toLowerCase()
    const limit = { requests: 5, duration: '30 mins' }
    if (!(await new Attempts('reset', [{ of: address, limit }]).begin())) return
    const user = await User.query().where('email', address).whereNull('deactivated_at').first()
    if (!user) return

    const { url } = await panelSettings()
    const link = await db.transaction(async (trx) => {
      const issued = await issueResetLink(user, url, trx)
      await recordActivity(
        origin,
        { action: 'password.reset_asked', subject: personSubject(user) },
        trx
      )
      return issued
    })
    await sendMail({
      to: user.email,
      subject: 'Set a new password for Muster',
      text: [
        `Hello ${user.fullName},`,
        'someone, most likely you, asked for a new password for your account on this panel.',
        `The link works once, for ${RESET_LASTS_MINUTES} minutes. If it was not you, do nothing: your password stays as it is.`,
      ],
      link: { label: 'Set a new password', url: link.reveal() },
    })
  }
}
