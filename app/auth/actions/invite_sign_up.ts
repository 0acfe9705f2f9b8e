import { Attempts } from '#app/auth/attempts'
import { SIGN_UP_LASTS_MINUTES, signUpLink } from '#app/auth/sign_up_link'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'
import User from '#app/users/models/user'

/**
 * Sends whoever wants an account the link to make it, or, when they have one, word of that; so the
 * page can say the same to both. Each address gets 5 messages in an hour at most. It takes longer
 * for some: do it when the answer is sent.
 *
 * @throws MailError
 */
export default class InviteSignUp {
  async handle({ email }: { email: string }): Promise<void> {
    const address = email.toLowerCase()
    const limit = { requests: 5, duration: '1 hour' }
    if (!(await new Attempts('sign_up', [{ of: address, limit }]).begin())) return
    const { url } = await panelSettings()
    const isTaken = (await User.findBy('email', address)) !== null
    await sendMail(isTaken ? haveOne(address, url) : makeOne(address, url))
  }
}

function makeOne(to: string, url: string) {
  return {
    to,
    subject: 'Make your account for Muster',
    text: [
      'Someone, most likely you, asked for an account on this panel with this address.',
      `The link works for ${SIGN_UP_LASTS_MINUTES} minutes. If it was not you, do nothing.`,
    ],
    link: { label: 'Make the account', url: signUpLink(to, url).reveal() },
  }
}

function haveOne(to: string, url: string) {
  return {
    to,
    subject: 'You have an account for Muster',
    text: [
      'Someone, most likely you, asked for an account on this panel. There is one with this address: log in with it.',
      'If you forgot its password, you can set a new one from the login page.',
    ],
    link: { label: 'Log in', url: `${url}/login` },
  }
}
