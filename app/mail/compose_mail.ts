import edge from 'edge.js'
import { randomUUID } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import { isMailAddress, type Sender } from '#app/settings/mail_address'
import { MailError } from '#app/mail/mail_error'

/** What a message says, to one person. */
export interface MailMessage {
  /** Of letters and digits: by it a message that is sent again is known to be the same one. */
  id?: string
  to: string
  /** One line, at most 200 characters. */
  subject: string
  /** Its paragraphs. */
  text: readonly string[]
  /** Where it leads, below the paragraphs. */
  link?: { label: string; url: string }
}

const ONE_LINE = /^[^\p{Cc}\u2028\u2029]{1,200}$/u

/**
 * Writes the message as it travels (RFC 5322): plain text and the same as simple HTML. Nothing in
 * it can add a header or another recipient.
 *
 * @param panel where the panel is, for the line below the message
 * @throws MailError when the recipient is no address or the subject is not one line
 */
export async function composeMail(
  message: MailMessage,
  sender: Sender,
  panel: string
): Promise<Buffer> {
  assertComposable(message)
  const composer = new MailComposer({
    from: sender,
    to: { name: '', address: message.to },
    subject: message.subject,
    text: plainText(message, panel),
    html: await edge.render('mails/message', { ...message, panel }),
    messageId: `<${message.id ?? randomUUID()}@${sender.address.split('@').at(-1)}>`,
    date: new Date(),
    // Keeps holiday notices from answering (RFC 3834, 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().build()
}

function assertComposable({ to, subject, link }: MailMessage) {
  if (!isMailAddress(to)) {
    const next = 'This is not an e-mail address that Muster sends to. Correct it.'
    throw new MailError({ phase: 'recipient', answer: null, next })
  }
  if (!ONE_LINE.test(subject)) {
    const next = 'Its subject has to be one line of at most 200 characters.'
    throw new MailError({ phase: 'data', answer: null, next })
  }
  if (link && !/^https?:$/.test(URL.parse(link.url)?.protocol ?? '')) {
    throw new TypeError('A link in a message begins with http:// or https://.')
  }
}

function plainText({ text, link }: MailMessage, panel: string) {
  const parts = [...text, ...(link ? [`${link.label}:\n${link.url}`] : [])]
  return `${parts.join('\n\n')}\n\n-- \nSent by Muster, ${panel}\n`
}
