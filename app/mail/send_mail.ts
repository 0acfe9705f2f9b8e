import { composeMail, type MailMessage } from '#app/mail/compose_mail'
import { readSender } from '#app/settings/mail_address'
import { MailError } from '#app/mail/mail_error'
import { SmtpDelivery } from '#app/mail/smtp_delivery'
import { panelSettings } from '#app/settings/models/panel_settings'
import { safeAnswer } from '#app/mail/explain_failure'

/**
 * Sends a message to one person by the mail server of the panel's settings.
 *
 * @returns the server's answer, safe to show, such as `250 2.0.0 Ok: queued as 4XyZ`
 * @throws MailError, whose message is for people
 */
export async function sendMail(message: MailMessage): Promise<string> {
  const settings = await panelSettings()
  const sender = readSender(settings.mailFrom ?? '')
  if (settings.smtpHost === null || sender === null) {
    const next = 'The panel has no mail server. An administrator sets one under Administration.'
    throw new MailError({ phase: 'connect', answer: null, next })
  }
  const server = {
    host: settings.smtpHost,
    port: settings.smtpPort ?? 587,
    security: settings.smtpSecurity ?? 'starttls',
    username: settings.smtpUsername,
    password: settings.smtpPassword,
  }
  const raw = await composeMail(message, sender, settings.url)
  const envelope = { from: sender.address, to: message.to }
  return safeAnswer(await new SmtpDelivery(server).handOver(envelope, raw), server)
}
