import { Redactor } from '#engine/shell/redactor'
import { Secret } from '#engine/shell/secret'
import { MailError, type MailPhase } from '#app/mail/mail_error'
import type { SmtpServer } from '#app/mail/smtp_delivery'

const MOST_OF_AN_ANSWER = 300

const ENVELOPE_PHASES: Record<string, MailPhase> = { 'MAIL FROM': 'sender', 'RCPT TO': 'recipient' }

/** What node calls failures of TLS: of the protocol and of certificates. */
const TLS_CODE = /^(?:ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|INVALID_)/

/** What errors of nodemailer and of the system carry. */
interface DeliveryError extends Error {
  code?: string
  originalCode?: string
  command?: string
  response?: string
  responseCode?: number
}

/**
 * What became of a delivery, for people.
 *
 * @param phase how far it had come
 */
export function mailErrorOf(error: unknown, phase: MailPhase, server: SmtpServer): MailError {
  if (error instanceof MailError) return error
  const failure = (error instanceof Error ? error : new Error(String(error))) as DeliveryError
  const reached = phaseOf(failure, phase)
  return new MailError({
    phase: reached,
    answer: answerOf(failure, server),
    next: nextAfter(reached, failure, server),
  })
}

/**
 * A server's words as they can be shown: one line of at most 300 characters, without control
 * characters, and without the login even if the server repeats it (some repeat what they refuse).
 */
export function safeAnswer(text: string, { username, password }: SmtpServer): string {
  const login = `\0${username}\0${password?.reveal()}`
  const redactor = new Redactor(password ? [password, new Secret(login)] : [])
  const bytes = Buffer.concat([redactor.push(Buffer.from(text)), redactor.flush()])
  const line = bytes
    .toString()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
  return line.length > MOST_OF_AN_ANSWER ? `${line.slice(0, MOST_OF_AN_ANSWER)}…` : line
}

function phaseOf({ code, originalCode, command }: DeliveryError, phase: MailPhase): MailPhase {
  if (code === 'ETLS' || TLS_CODE.test(originalCode ?? '')) return 'TLS'
  if (code === 'EAUTH') return 'login'
  return ENVELOPE_PHASES[command ?? ''] ?? phase
}

function answerOf({ response, message, code, originalCode }: DeliveryError, server: SmtpServer) {
  if (response) return safeAnswer(response, server)
  const system = [code, originalCode].find((name) => name && name in SYSTEM)
  return system ? SYSTEM[system] : safeAnswer(message, server)
}

/** What the system reports, in words. */
const SYSTEM: Record<string, string> = {
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name could not be looked up just now',
  ECONNREFUSED: 'nothing listens on this port',
  EHOSTUNREACH: 'no way leads to this host',
  ENETUNREACH: 'no way leads to this network',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'it did not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself alone',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port from the start',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

function nextAfter(phase: MailPhase, failure: DeliveryError, server: SmtpServer): string {
  const { code, responseCode } = failure
  const temporary = responseCode !== undefined && responseCode >= 400 && responseCode < 500
  if (temporary) return 'The server says this passes. Try again in a few minutes.'
  switch (phase) {
    case 'connect':
      return code === 'ETIMEDOUT' ? afterSilence(server) : 'Check the host and the port.'
    case 'TLS':
      return afterTls(failure, server)
    case 'login':
      return server.security === 'none'
        ? 'Check the user and the password. Many servers take no login without TLS.'
        : 'Check the user and the password. Some providers want a password made for programs.'
    case 'sender':
      return 'Set a sender that this server sends for, or the user and password of that sender.'
    case 'recipient':
      return 'Check the address. A server that relays for nobody unknown wants a login.'
    case 'data':
      return 'Look into the log of the mail server, then try again.'
  }
}

function afterSilence({ port, security }: SmtpServer): string {
  if (port === 465 && security !== 'tls') return 'Port 465 wants TLS from the start: choose TLS.'
  return port === 25
    ? 'Many networks let nothing out to port 25: try port 587 with STARTTLS.'
    : 'Check the host and the port, and that a firewall lets the panel out.'
}

function afterTls({ originalCode, response }: DeliveryError, { port, security }: SmtpServer) {
  if (/CERT|SIGNATURE|ISSUER/.test(originalCode ?? '')) {
    return 'Muster sends to verified servers alone. Use the name in the certificate, or have the panel trust its authority (NODE_EXTRA_CA_CERTS).'
  }
  if (security === 'tls' && port !== 465) return `Port ${port} may want STARTTLS: choose it.`
  return response
    ? 'The server offers no STARTTLS here. Try port 465 with TLS.'
    : 'Check the port and the kind of protection.'
}
