import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import PanelSettings from '#app/settings/models/panel_settings'

/** A message that arrived. */
export interface ReceivedMail {
  /** As the envelope says. */
  from: string
  to: string[]
  /** By name in lower case; a name that is there twice has both, a line each. */
  headers: Record<string, string>
  text: string
  html: string
  /** Whether it came over TLS, and as whom. */
  secure: boolean
  user: string | null
}

export interface MailSinkOptions {
  /** The login it asks for; without one it takes messages from everybody. */
  auth?: { user: string; password: string }
  /** Speaks TLS from the start, or offers STARTTLS, by a certificate signed by itself. */
  tls?: 'implicit' | 'starttls'
  /** Whom the certificate is for, instead of localhost and 127.0.0.1: `DNS:mail.example.com`. */
  certified?: string
  /** What it refuses, and how: `{ recipient: '550 5.1.1 No such user' }`. */
  refuse?: Partial<Record<'sender' | 'recipient' | 'data', string>>
}

export interface MailSink {
  port: number
  messages: ReceivedMail[]
  /** The certificate it shows, in PEM; '' without TLS. */
  certificate: string
  stop(): Promise<void>
}

const run = promisify(execFile)

/**
 * A real mail server on 127.0.0.1 that keeps what it is given.
 */
export async function startMailSink(options: MailSinkOptions = {}): Promise<MailSink> {
  const { auth, tls, refuse = {}, certified = 'DNS:localhost,IP:127.0.0.1' } = options
  const messages: ReceivedMail[] = []
  const identity = tls ? await selfSigned(certified) : { key: '', cert: '' }
  const server = new SMTPServer({
    ...(tls ? identity : {}),
    secure: tls === 'implicit',
    disabledCommands: [...(tls === 'starttls' ? [] : ['STARTTLS']), ...(auth ? [] : ['AUTH'])],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 200,
    onAuth({ username, password }, _session, done) {
      if (username === auth?.user && password === auth?.password) done(null, { user: username })
      else done(refusal('535 5.7.8 Authentication credentials invalid'))
    },
    onMailFrom: (_address, _session, done) => done(refusal(refuse.sender)),
    onRcptTo: (_address, _session, done) => done(refusal(refuse.recipient)),
    onData(stream, session, done) {
      void receive(stream, session).then((message) => {
        if (refuse.data) return done(refusal(refuse.data))
        messages.push(message)
        done(null, '2.0.0 Ok: queued as 4XyZ')
      }, done)
    },
  })
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    messages,
    certificate: identity.cert,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Has the panel send its mail to the sink, until the test's transaction or clean-up takes it back. */
export async function useMailSink(
  sink: Pick<MailSink, 'port'>,
  values: Partial<PanelSettings> = {}
): Promise<PanelSettings> {
  const settings = await PanelSettings.findOrFail('panel')
  const login = { smtpUsername: null, smtpPassword: null }
  const address = { smtpHost: '127.0.0.1', smtpPort: sink.port, smtpSecurity: 'none' as const }
  const mailFrom = 'Muster <muster@example.com>'
  return settings.merge({ ...address, ...login, mailFrom, ...values }).save()
}

/** Makes the panel one that sends mail, by a server that nobody talks to, or one that sends none. */
export async function setMailServer(smtpHost: string | null): Promise<void> {
  const settings = await PanelSettings.findOrFail('panel')
  await settings.merge({ smtpHost, mailFrom: smtpHost && 'muster@example.com' }).save()
}

function refusal(answer: string | undefined): Error | null {
  if (answer === undefined) return null
  const [, responseCode, text] = /^(\d{3}) (.*)$/s.exec(answer)!
  return Object.assign(new Error(text), { responseCode: Number(responseCode) })
}

async function receive(
  stream: SMTPServerDataStream,
  { envelope, secure, user }: SMTPServerSession
): Promise<ReceivedMail> {
  const raw = Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>)).toString(
    'latin1'
  )
  const { headers, body } = partOf(raw)
  const boundary = /boundary="([^"]+)"/.exec(headers['content-type'] ?? '')?.[1]
  const parts = boundary
    ? body.split(`--${boundary}`).slice(1, -1).map(partOf)
    : [{ headers, body }]
  const content = (type: string) => {
    const part = parts.find((each) => each.headers['content-type']?.startsWith(type))
    return part ? decoded(part) : ''
  }
  return {
    from: envelope.mailFrom ? envelope.mailFrom.address : '',
    to: envelope.rcptTo.map(({ address }) => address),
    headers,
    text: content('text/plain'),
    html: content('text/html'),
    secure,
    user: user ?? null,
  }
}

interface Part {
  headers: Record<string, string>
  body: string
}

/** Head and body (RFC 5322, 2.1), folded lines joined. */
function partOf(raw: string): Part {
  const text = raw.replace(/^\r\n/, '')
  const end = text.indexOf('\r\n\r\n')
  const headers: Record<string, string> = {}
  for (const line of text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = name in headers ? `${headers[name]}\n${value}` : value
  }
  return { headers, body: text.slice(end + 4) }
}

function decoded({ headers, body }: Part): string {
  const encoding = headers['content-transfer-encoding']?.toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding === 'quoted-printable') return fromQuotedPrintable(body).replaceAll('\r\n', '\n')
  return Buffer.from(body, 'latin1').toString().replaceAll('\r\n', '\n')
}

/** RFC 2045, 6.7. */
function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/** A key and a certificate for these names that no authority has signed. */
async function selfSigned(names: string): Promise<{ key: string; cert: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'mail-sink-'))
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  try {
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert],
      ...['-addext', `subjectAltName=${names}`],
    ])
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  } finally {
    await rm(directory, { recursive: true })
  }
}
