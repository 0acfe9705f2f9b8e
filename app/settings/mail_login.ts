import { Secret } from '#engine/shell/secret'
import { refuse } from '#app/core/exceptions/refusal'
import type PanelSettings from '#app/settings/models/panel_settings'
import type { SmtpSecurity } from '#app/settings/models/panel_settings'
import type { SettingsValues } from '#app/settings/settings_values'

/** A mail server as it is typed. */
export interface MailServerInput {
  /** Null for a panel that sends no mail. */
  smtpHost: string | null
  smtpPort: number
  smtpSecurity: SmtpSecurity
  smtpUsername: string | null
  /** Null keeps the one that is set. */
  password: string | null
  /** Forgets user and password. */
  withoutLogin: boolean
  mailFrom: string | null
}

type Login = Pick<SettingsValues, 'smtpUsername' | 'smtpPassword'>

/**
 * The login to keep with a mail server.
 *
 * A password is kept only for the server and the user it was given for: else whoever can change
 * the settings could have it sent to a server of their own and read it there.
 *
 * @param now the settings as they are
 * @throws a refusal for `smtpUsername` or `password`
 */
export function loginOf(now: PanelSettings, input: MailServerInput): Login {
  const { smtpUsername, password, withoutLogin } = input
  if (withoutLogin) return { smtpUsername: null, smtpPassword: null }
  if (smtpUsername === null) {
    if (password !== null) refuse('smtpUsername', 'Give the user that the password belongs to.')
    return { smtpUsername: null, smtpPassword: null }
  }
  if (password !== null) return { smtpUsername, smtpPassword: new Secret(password) }
  if (now.smtpPassword === null) refuse('password', 'Give the password of this user.')
  const same = (['smtpHost', 'smtpPort', 'smtpSecurity', 'smtpUsername'] as const).every(
    (key) => now[key] === input[key]
  )
  if (!same) refuse('password', 'Give the password again: it is kept for one server and user.')
  return { smtpUsername, smtpPassword: now.smtpPassword }
}
