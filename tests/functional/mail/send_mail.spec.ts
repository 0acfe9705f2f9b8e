import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { test } from '@japa/runner'
import { Secret } from '#engine/shell/secret'
import { composeMail, type MailMessage } from '#app/mail/compose_mail'
import { MailError } from '#app/mail/mail_error'
import { sendMail } from '#app/mail/send_mail'
import { SmtpDelivery, type SmtpServer } from '#app/mail/smtp_delivery'
import PanelSettings from '#app/settings/models/panel_settings'
import { startMailSink, useMailSink, type MailSinkOptions } from '#tests/support/mail_sink'
import { PAYLOADS } from '#tests/support/payload_corpus'

const PASSWORD = 'correct horse battery staple'

const message = {
  to: 'ada@example.com',
  subject: 'Größe ✓',
  text: ['First <b>paragraph</b>.', 'Second & last, größe.'],
  link: { label: 'Open it', url: 'https://panel.example.com/x?a=1&b=2' },
}

async function failureOf(work: Promise<unknown>): Promise<MailError> {
  const error = await work.then(
    () => new Error('nothing failed'),
    (reason: Error) => reason
  )
  if (!(error instanceof MailError)) throw error
  return error
}

test.group('Mail', (group) => {
  const cleanups: (() => unknown)[] = []

  group.each.setup(() => async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup()
    const settings = await PanelSettings.findOrFail('panel')
    const nothing = { smtpUsername: null, smtpPassword: null, mailFrom: null }
    await settings.merge({ smtpHost: null, smtpPort: null, smtpSecurity: null, ...nothing }).save()
  })

  async function sinkOf(options: MailSinkOptions = {}, values: Partial<PanelSettings> = {}) {
    const sink = await startMailSink(options)
    cleanups.push(sink.stop)
    await useMailSink(sink, values)
    return sink
  }

  function trust(certificate: string) {
    const trusted = getCACertificates('default')
    cleanups.push(() => setDefaultCACertificates(trusted))
    setDefaultCACertificates([...trusted, certificate])
  }

  /** A server that says these lines, one for each thing it is told, and then nothing more. */
  async function scripted(lines: readonly string[]): Promise<Pick<SmtpServer, 'host' | 'port'>> {
    const sockets = new Set<Socket>()
    const server: Server = createServer((socket) => {
      sockets.add(socket)
      const left = [...lines]
      const say = () => left.length > 0 && socket.write(`${left.shift()}\r\n`)
      socket.on('data', say).on('error', () => {})
      say()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  }

  const open = { security: 'none', username: null, password: null } as const

  test('arrives as text and as HTML, with the headers of one message', async ({ assert }) => {
    const sink = await sinkOf()
    assert.equal(await sendMail(message), '250 2.0.0 Ok: queued as 4XyZ')
    const [mail] = sink.messages
    assert.lengthOf(sink.messages, 1)
    assert.deepEqual(mail.to, ['ada@example.com'])
    assert.equal(mail.from, 'muster@example.com')
    assert.equal(mail.headers.from, 'Muster <muster@example.com>')
    assert.equal(mail.headers.to, 'ada@example.com')
    assert.match(mail.headers.subject, /^=\?UTF-8\?[QB]\?/)
    assert.match(mail.headers['message-id'], /^<[0-9a-f-]{36}@example\.com>$/)
    assert.isFalse(Number.isNaN(Date.parse(mail.headers.date)))
    assert.equal(mail.headers['auto-submitted'], 'auto-generated')
    assert.include(mail.text, 'First <b>paragraph</b>.\n\nSecond & last, größe.\n\nOpen it:\n')
    assert.include(mail.text, message.link.url)
    assert.include(mail.html, '<p>First &lt;b&gt;paragraph&lt;/b&gt;.</p>')
    assert.include(mail.html, 'href="https://panel.example.com/x?a=1&amp;b=2"')
  })

  test('logs in when the settings have a login', async ({ assert }) => {
    const login = { smtpUsername: 'muster', smtpPassword: new Secret(PASSWORD) }
    const sink = await sinkOf({ auth: { user: 'muster', password: PASSWORD } }, login)
    await sendMail(message)
    assert.equal(sink.messages[0].user, 'muster')
  })

  test('says that a wrong password was refused, and never what it was', async ({ assert }) => {
    const login = { smtpUsername: 'muster', smtpPassword: new Secret('a wrong password') }
    await sinkOf({ auth: { user: 'muster', password: PASSWORD } }, login)
    const error = await failureOf(sendMail(message))
    assert.equal(error.phase, 'login')
    assert.equal(error.answer, '535 5.7.8 Authentication credentials invalid')
    assert.include(error.message, 'Check the user and the password.')
    assert.notInclude(JSON.stringify([error.message, error.stack, error]), 'a wrong password')
  })

  test('says no login to a server that offers none', async ({ assert }) => {
    const login = { smtpUsername: 'muster', smtpPassword: new Secret(PASSWORD) }
    const sink = await sinkOf({}, login)
    const error = await failureOf(sendMail(message))
    assert.equal(error.phase, 'login')
    assert.include(error.message, 'it offers no login here. Choose STARTTLS or TLS')
    assert.lengthOf(sink.messages, 0)
  })

  test('keeps the login out of an answer that repeats it', async ({ assert }) => {
    const plain = Buffer.from(`\0muster\0${PASSWORD}`).toString('base64')
    for (const repeated of [PASSWORD, Buffer.from(PASSWORD).toString('base64'), plain]) {
      const lines = ['220 hello', '250-hello\r\n250 AUTH PLAIN', `535 no such command: ${repeated}`]
      const server = { ...open, ...(await scripted(lines)) }
      const login = { username: 'muster', password: new Secret(PASSWORD) }
      const delivery = new SmtpDelivery({ ...server, ...login })
      const envelope = { from: 'a@example.com', to: 'b@example.com' }
      const error = await failureOf(delivery.handOver(envelope, Buffer.from('x')))
      assert.equal(error.phase, 'login')
      assert.notInclude(error.message, repeated)
      assert.include(error.message, '[redacted]')
    }
  })

  for (const [refused, phase, answer] of [
    ['sender', 'sender', '553 5.7.1 Sender not allowed'],
    ['recipient', 'recipient', '550 5.1.1 No such user'],
    ['data', 'data', '554 5.6.0 Message refused'],
    ['recipient', 'recipient', '451 4.7.1 Greylisted, come back'],
  ] as const) {
    test(`passes on the answer "${answer}"`, async ({ assert }) => {
      const sink = await sinkOf({ refuse: { [refused]: answer } })
      const error = await failureOf(sendMail(message))
      assert.equal(error.phase, phase)
      assert.equal(error.answer, answer)
      assert.equal(error.next.includes('Try again in a few minutes'), answer.startsWith('4'))
      assert.lengthOf(sink.messages, 0)
    })
  }

  test('shows an answer as one short line of text', async ({ assert }) => {
    const answer = `550 \u001b[2J\u202E${'long '.repeat(100)}`
    const error = await failureOf(
      new SmtpDelivery({ ...open, ...(await scripted(['220 a', '250 a', answer])) }).handOver(
        { from: 'a@example.com', to: 'b@example.com' },
        Buffer.from('x')
      )
    )
    assert.isAtMost(error.answer!.length, 301)
    assert.notMatch(error.answer!, /[\p{Cc}\p{Cf}]/u)
    assert.equal(error.phase, 'sender')
  })

  for (const [tls, smtpSecurity] of [
    ['implicit', 'tls'],
    ['starttls', 'starttls'],
  ] as const) {
    test(`by ${smtpSecurity} goes to verified servers alone`, async ({ assert }) => {
      const login = { smtpUsername: 'muster', smtpPassword: new Secret(PASSWORD) }
      const auth = { user: 'muster', password: PASSWORD }
      const sink = await sinkOf({ tls, auth }, { smtpSecurity, ...login })
      const error = await failureOf(sendMail(message))
      assert.equal(error.phase, 'TLS')
      assert.equal(error.answer, 'its certificate is signed by itself alone')
      assert.include(error.next, 'NODE_EXTRA_CA_CERTS')

      trust(sink.certificate)
      await sendMail(message)
      assert.isTrue(sink.messages[0].secure)
      assert.equal(sink.messages[0].user, 'muster')
    })
  }

  test('is not sent to a server whose certificate is for another name', async ({ assert }) => {
    const tls = { tls: 'implicit', certified: 'DNS:mail.example.com' } as const
    const sink = await sinkOf(tls, { smtpSecurity: 'tls' })
    trust(sink.certificate)
    const error = await failureOf(sendMail(message))
    assert.equal(error.phase, 'TLS')
    assert.equal(error.answer, 'its certificate is for another name')
    assert.lengthOf(sink.messages, 0)
  })

  test('says nothing to a server that does not offer the STARTTLS asked for', async ({
    assert,
  }) => {
    const login = { smtpUsername: 'muster', smtpPassword: new Secret(PASSWORD) }
    const sink = await sinkOf(
      { auth: { user: 'muster', password: PASSWORD } },
      { smtpSecurity: 'starttls', ...login }
    )
    const error = await failureOf(sendMail(message))
    assert.equal(error.phase, 'TLS')
    assert.include(error.next, 'offers no STARTTLS')
    assert.lengthOf(sink.messages, 0)
  })

  test('gives up on servers that are silent, close, or are not there', async ({ assert }) => {
    const envelope = { from: 'a@example.com', to: 'b@example.com' }
    const failure = async (server: Pick<SmtpServer, 'host' | 'port'>) =>
      failureOf(
        new SmtpDelivery({ ...open, ...server }, { connectMs: 150, wholeMs: 400 }).handOver(
          envelope,
          Buffer.from('x')
        )
      )
    const silent = await failure(await scripted([]))
    assert.equal(silent.phase, 'connect')
    assert.include(silent.message, 'did not answer in time')

    const greets = await failure(await scripted(['220 hello', '250 hello', '250 ok', '250 ok']))
    assert.equal(greets.phase, 'data')
    assert.include(greets.message, 'did not answer in time')

    const gone = await scripted([])
    await cleanups.pop()!()
    assert.include((await failure(gone)).message, 'nothing listens on this port')
    const nowhere = await failure({ host: 'no-such-host.invalid', port: 25 })
    assert.equal(nowhere.phase, 'connect')
  })

  test('cannot be given headers or recipients by its subject or address', async ({ assert }) => {
    const sender = { name: '', address: 'muster@example.com' }
    const names = async (values: Partial<MailMessage>) => {
      const raw = await composeMail({ ...message, ...values }, sender, 'https://panel.example.com')
      const head = raw
        .toString()
        .split('\r\n\r\n')[0]
        .replace(/\r\n[ \t]+/g, ' ')
      return head.split('\r\n').map((line) => line.split(':')[0])
    }
    const usual = await names({})
    for (const payload of [...PAYLOADS, 'x\r\nBcc: eve@example.com', 'x\nSubject: y\n\nbody']) {
      const subject = `About ${payload}`
      if (/[\p{Cc}\u2028\u2029]/u.test(payload) || subject.length > 200) {
        assert.equal((await failureOf(names({ subject }))).phase, 'data')
      } else {
        assert.sameMembers(await names({ subject }), usual, payload)
      }
      assert.sameMembers(await names({ text: [payload], link: undefined }), usual)
    }
    for (const to of ['ada@example.com\r\nBcc: eve@example.com', 'a@example.com,b@example.com']) {
      assert.equal((await failureOf(names({ to }))).phase, 'recipient')
    }
  })

  test('without a mail server says who can set one', async ({ assert }) => {
    const error = await failureOf(sendMail(message))
    assert.include(error.message, 'An administrator sets one under Administration.')
  })
})
