import UpdateUser from '#app/account/actions/update_user'
import type { Origin } from '#app/activity/origin'
import { voidResetLinks } from '#app/auth/password_reset'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { MailError } from '#app/mail/mail_error'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'

/** The same for every address that cannot be had, whoever has it. */
const NOT_TO_BE_HAD = 'You cannot change to this address. Give another one.'

/**
 * Gives a person another e-mail address to log in with. They stay signed in everywhere; links to
 * reset the password that went to the former address stop working, and it gets a note.
 */
export default class ChangeEmail {
  /**
   * @param email in lower case
   * @returns why the note could not be sent, for people; null when it was, or the panel sends none
   */
  async handle(origin: Origin, user: User, email: string): Promise<string | null> {
    const former = user.email
    if (email === former) refuse('email', NOT_TO_BE_HAD)
    try {
      await new UpdateUser().handle(origin, user, { email }, (trx) => voidResetLinks(user, trx))
    } catch (error) {
      if (isUniqueViolation(error)) refuse('email', NOT_TO_BE_HAD)
      throw error
    }
    return this.#tell(former, email)
  }

  async #tell(former: string, email: string): Promise<string | null> {
    const { sendsMail } = await panelSettings()
    if (!sendsMail) return null
    try {
      await sendMail({
        to: former,
        subject: 'The e-mail address of your account was changed',
        text: [
          `From now on you log in with ${email} instead of this address.`,
          'If you did not do this, tell an administrator of the panel at once.',
        ],
      })
      return null
    } catch (error) {
      if (error instanceof MailError) return error.message
      throw error
    }
  }
}
