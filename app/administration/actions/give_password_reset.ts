import type { Secret } from '#engine/shell/secret'
import { administer } from '#app/administration/administered_person'
import type { Origin } from '#app/activity/origin'
import { issueResetLink, RESET_LASTS_MINUTES } from '#app/auth/password_reset'
import { refuse } from '#app/core/exceptions/refusal'
import { MailError } from '#app/mail/mail_error'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'

/** A link by which someone sets a new password, and what became of sending it. */
export interface GivenReset {
  person: User
  link: Secret
  /** Whether it was mailed; a text says why it could not be, null that the panel sends no mail. */
  mailed: true | string | null
}

/**
 * Makes a link by which a person sets a new password, and mails it to them where the panel sends
 * mail. The administrator gets it too, to pass it on.
 */
export default class GivePasswordReset {
  /** @throws a refusal for `person` who is deactivated */
  async handle(origin: Origin, personId: string): Promise<GivenReset> {
    const settings = await panelSettings()
    let link: Secret
    const person = await administer(origin, personId, async (user, trx) => {
      if (user.deactivatedAt) refuse('person', 'Reactivate them first.')
      link = await issueResetLink(user, settings.url, trx)
      return { action: 'user.password_reset_given' }
    })
    return { person, link: link!, mailed: settings.sendsMail ? await mail(person, link!) : null }
  }
}

async function mail(person: User, link: Secret): Promise<true | string> {
  try {
    await sendMail({
      to: person.email,
      subject: 'Set a new password for Muster',
      text: [
        `Hello ${person.fullName},`,
        'an administrator of the panel made a link for you, by which you set a new password.',
        `It works once, for ${RESET_LASTS_MINUTES} minutes.`,
      ],
      link: { label: 'Set a new password', url: link.reveal() },
    })
    return true
  } catch (error) {
    if (error instanceof MailError) return error.message
    throw error
  }
}
