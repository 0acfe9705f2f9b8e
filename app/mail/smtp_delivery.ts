import { connect, type Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Secret } from '#engine/shell/secret'
import { mailErrorOf } from '#app/mail/explain_failure'
import { MailError, type MailPhase } from '#app/mail/mail_error'
import type { SmtpSecurity } from '#app/settings/models/panel_settings'

/** How long to wait for the connection and the first word, and for everything, in milliseconds. */
const PATIENCE = { connectMs: 10_000, wholeMs: 30_000 }

/** The mail server that takes the panel's messages, and how to get in. */
export interface SmtpServer {
  host: string
  port: number
  security: SmtpSecurity
  username: string | null
  password: Secret | null
}

export interface Envelope {
  from: string
  to: string
}

/**
 * One message on its way to the mail server, by SMTP (RFC 5321). TLS is always verified; when the
 * server offers none although it was asked for, nothing is said to it, not even the login.
 *
 * The rule that outgoing requests avoid private networks (R10) is not applied: administrators
 * name the server, it is often inside, and the panel sends nothing but SMTP to it.
 */
export class SmtpDelivery {
  readonly #server: SmtpServer
  readonly #patience: typeof PATIENCE
  #phase: MailPhase = 'connect'
  #socket: Socket | null = null

  constructor(server: SmtpServer, patience = PATIENCE) {
    this.#server = server
    this.#patience = patience
  }

  /**
   * Hands the message over, within 30 seconds or not at all.
   *
   * @param message as it travels (RFC 5322)
   * @returns the server's answer, such as `250 2.0.0 Ok: queued as 4XyZ`
   * @throws MailError
   */
  async handOver(envelope: Envelope, message: Buffer): Promise<string> {
    const { wholeMs } = this.#patience
    const expired = Promise.withResolvers<never>()
    const timer = setTimeout(() => expired.reject(timedOut()), wholeMs)
    try {
      return await Promise.race([this.#talk(envelope, message), expired.promise])
    } catch (error) {
      this.#socket?.destroy()
      throw mailErrorOf(error, this.#phase, this.#server)
    } finally {
      clearTimeout(timer)
    }
  }

  async #talk(envelope: Envelope, message: Buffer): Promise<string> {
    const { host, security, username, password } = this.#server
    this.#socket = await this.#connect()
    const connection = new SMTPConnection({
      host,
      connection: this.#socket,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
      connectionTimeout: this.#patience.connectMs,
      greetingTimeout: this.#patience.connectMs,
      socketTimeout: this.#patience.wholeMs,
      maxResponseSize: 16_384,
    })
    const failed = new Promise<never>((_, reject) => connection.on('error', reject))
    failed.catch(() => {})
    await Promise.race([failed, answered((done) => connection.connect(done))])
    if (username !== null && password !== null) {
      this.#phase = 'login'
      // Otherwise the login would be said to a server that has not asked for one.
      if (!connection.allowsAuth) throw noLoginOffered()
      const credentials = { user: username, pass: password.reveal() }
      await Promise.race([failed, answered<boolean>((done) => connection.login(credentials, done))])
    }
    this.#phase = 'data'
    const sent = answered<{ response: string }>((done) =>
      connection.send({ from: envelope.from, to: [envelope.to] }, message, done)
    )
    const { response } = await Promise.race([failed, sent])
    this.#socket.unref()
    connection.quit()
    return response
  }

  /** Opens the connection; names are looked up as the system does. */
  #connect(): Promise<Socket> {
    const { host, port } = this.#server
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    const socket = connect({ host, port })
    this.#socket = socket
    const { connectMs } = this.#patience
    socket.setTimeout(connectMs, () => reject(timedOut()))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', reject)
      resolve(socket)
    })
    return promise
  }
}

function noLoginOffered() {
  const next = 'Choose STARTTLS or TLS, or remove user and password when it needs none.'
  return new MailError({ phase: 'login', answer: 'it offers no login here', next })
}

function timedOut() {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
}

/** What a function with a callback answers, as a promise. */
function answered<T = void>(
  act: (done: (error?: Error | null, result?: T) => void) => void
): Promise<T> {
  return new Promise((resolve, reject) =>
    act((error, result) => (error ? reject(error) : resolve(result as T)))
  )
}
