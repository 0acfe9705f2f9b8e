import { inject } from '@adonisjs/core'
import type { Origin } from '#app/activity/origin'
import { refuse } from '#app/core/exceptions/refusal'
import UpdateSettings from '#app/settings/actions/update_settings'
import { loginOf, type MailServerInput } from '#app/settings/mail_login'

const NONE = {
  ...{ smtpHost: null, smtpPort: null, smtpSecurity: null },
  ...{ smtpUsername: null, smtpPassword: null, mailFrom: null },
}

/**
 * Sets the server that takes the panel's messages.
 */
@inject()
export default class SetMailServer {
  readonly #updateSettings: UpdateSettings

  constructor(updateSettings: UpdateSettings) {
    this.#updateSettings = updateSettings
  }

  /** @throws a refusal for `mailFrom`, `smtpUsername` or `password` */
  async handle(origin: Origin, input: MailServerInput): Promise<boolean> {
    if (input.smtpHost === null) return this.#updateSettings.handle(origin, 'Mail', () => NONE)
    if (input.mailFrom === null) refuse('mailFrom', 'Give the address that messages come from.')
    const { smtpHost, smtpPort, smtpSecurity, mailFrom } = input
    const server = { smtpHost, smtpPort, smtpSecurity, mailFrom }
    return this.#updateSettings.handle(origin, 'Mail', (now) => ({
      ...server,
      ...loginOf(now, input),
    }))
  }
}
