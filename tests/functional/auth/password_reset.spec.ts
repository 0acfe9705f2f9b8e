import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import Activity from '#app/activity/models/activity'
import MakeResetLink from '#app/auth/actions/make_reset_link'
import { removeExpiredSessions } from '#app/auth/expired_sessions'
import SignIn from '#app/auth/models/sign_in'
import { hasSecondFactor } from '#app/auth/second_factor/has_second_factor'
import { issueRecoveryCodes, recoveryCodesLeft } from '#app/auth/second_factor/recovery_codes'
import PanelSettings from '#app/settings/models/panel_settings'
import type User from '#app/users/models/user'
import { runAce, testDatabase } from '#tests/support/ace'
import { comparableAnswer } from '#tests/support/comparable_answer'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { startMailSink, useMailSink, type MailSink } from '#tests/support/mail_sink'
import { PAYLOADS } from '#tests/support/payload_corpus'
import { codeOf, giveAuthenticator } from '#tests/support/second_factor'
import { createSignIn } from '#tests/support/signed_in'
import { createMember, createTenant, PASSWORD, type Tenant } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const NEW_PASSWORD = 'another long password'

/** The link that the command gives. */
async function linkFor(user: User, removeSecondFactor = false) {
  const { email } = user
  const command = 'users:reset-password'
  const { link } = await new MakeResetLink().handle({ email, removeSecondFactor, command })
  const { pathname, search, searchParams } = new URL(link.reveal())
  return { path: pathname + search, token: searchParams.get('token')! }
}

async function stopSendingMail() {
  const settings = await PanelSettings.findOrFail('panel')
  await settings.merge({ smtpHost: null, mailFrom: null }).save()
}

/** Waits until so many messages arrived, and a little for more. */
async function arrived(sink: MailSink, count: number) {
  for (const end = Date.now() + 10_000; sink.messages.length < count; await sleep(20)) {
    if (Date.now() > end) throw new Error(`${sink.messages.length} of ${count} messages arrived.`)
  }
  await sleep(150)
  return sink.messages
}

test.group('Asking for a new password', (group) => {
  let tenant: Tenant
  let user: User
  let sink: MailSink
  let visitor: Visitor

  group.setup(async () => {
    tenant = await createTenant()
    sink = await startMailSink()
    await useMailSink(sink)
    return async () => {
      await sink.stop()
      await stopSendingMail()
    }
  })
  group.each.setup(async () => {
    await limiter.clear()
    sink.messages.length = 0
    user = await createMember(tenant.team, 'admin')
    visitor = new Visitor()
  })

  const ask = (email: string, each = visitor) => each.post('/forgot-password', { email })

  test('brings a link that sets one, once', async ({ assert }) => {
    await ask(user.email.toUpperCase())
    const [mail] = await arrived(sink, 1)
    assert.deepEqual(mail.to, [user.email])
    const [link] = /http\S+token=[\w-]{43}/.exec(mail.text)!
    assert.isTrue(link.startsWith(`${process.env.APP_URL}/reset-password?token=`))

    const { pathname, search } = new URL(link)
    const page = await visitor.get(pathname + search)
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('referrer-policy'), 'same-origin')
    const token = new URLSearchParams(search).get('token')!
    const set = await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    assert.equal(set.headers.get('location'), '/login')
    const old = await new Visitor().logIn(user)
    assert.equal(old.headers.get('location'), '/login')
    const fresh = await new Visitor().logIn(user, NEW_PASSWORD)
    assert.equal(fresh.headers.get('location'), '/dashboard')

    const again = await visitor.post('/reset-password', { token, password: PASSWORD })
    assert.equal(again.status, 302)
    const gone = await visitor.get(pathname + search)
    assert.equal(gone.status, 404)
    const still = await new Visitor().logIn(user, NEW_PASSWORD)
    assert.equal(still.headers.get('location'), '/dashboard')
  })

  test('is on record for people who exist, without the link', async ({ assert }) => {
    await ask(user.email)
    await arrived(sink, 1)
    const acts = await Activity.acrossTeams().where('subject_id', user.id)
    assert.deepEqual(
      acts.map(({ action, actorKind }) => [action, actorKind]),
      [['password.reset_asked', 'visitor']]
    )
    const rows = JSON.stringify([
      await db.from('activities').select('*'),
      await db.from('password_resets').select('*'),
    ])
    const [, token] = /token=([\w-]{43})/.exec(sink.messages[0].text)!
    assert.notInclude(rows, token)
  })

  test('answers the same to people who exist and to those who do not', async ({ assert }) => {
    const gone = await createMember(tenant.team, 'viewer')
    await gone.merge({ deactivatedAt: DateTime.utc() }).save()
    const answers = []
    for (const email of [user.email, 'nobody@example.com', gone.email]) {
      const each = new Visitor()
      const asked = await ask(email, each)
      const page = await each.get('/forgot-password')
      answers.push([await comparableAnswer(asked, email), await comparableAnswer(page, email)])
    }
    assert.deepEqual(answers[1], answers[0])
    assert.deepEqual(answers[2], answers[0])
    const messages = await arrived(sink, 1)
    assert.lengthOf(messages, 1)
    assert.isNull(await db.from('password_resets').where('user_id', gone.id).first())
  })

  test('answers without waiting for the mail server', async ({ assert }) => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const met = once(silent, 'connection') as Promise<[Socket]>
    await useMailSink({ port: (silent.address() as AddressInfo).port })
    const asked = await ask(user.email)
    assert.equal(asked.headers.get('location'), '/forgot-password')
    const [socket] = await met
    assert.isFalse(socket.destroyed)
    const page = await visitor.get('/forgot-password')
    assert.include(await page.text(), 'Look into your mail')
    socket.destroy()
    silent.close()
    await useMailSink(sink)
  })

  test('voids the link before', async ({ assert }) => {
    await ask(user.email)
    await arrived(sink, 1)
    await ask(user.email)
    await arrived(sink, 2)
    const statuses = []
    for (const { text } of sink.messages) {
      const [, path] = /(\/reset-password\?token=\S+)/.exec(text)!
      const page = await visitor.get(path)
      statuses.push(page.status)
    }
    assert.deepEqual(statuses, [404, 200])
  })

  test('links to the panel’s own address, whatever a request says', async ({ assert }) => {
    await new PanelSettingsUrl('https://panel.example.com').during(async () => {
      await visitor.get('/login')
      const { port } = new URL(process.env.APP_URL!)
      const page = await visitor.get('/forgot-password')
      const [, token] = /name=["']_csrf["'] value=["']([^"']+)/.exec(await page.text())!
      const body = new URLSearchParams({ _csrf: token, email: user.email }).toString()
      await new Promise((resolve, reject) => {
        const sent = httpRequest(
          {
            port,
            host: '127.0.0.1',
            path: '/forgot-password',
            method: 'POST',
            headers: {
              'host': 'evil.example',
              'x-forwarded-host': 'evil.example',
              'x-forwarded-proto': 'https',
              'origin': 'https://evil.example',
              'cookie': `muster_session=${visitor.cookie('muster_session')}`,
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(body),
            },
          },
          (response) => response.resume().once('end', resolve)
        )
        sent.once('error', reject).end(body)
      })
      const [mail] = await arrived(sink, 1)
      assert.include(mail.text, 'https://panel.example.com/reset-password?token=')
      assert.notInclude(mail.text + mail.html, 'evil.example')
    })
  })

  test('sends five messages to one address at most, and says nothing of it', async ({ assert }) => {
    for (let number = 1; number <= 7; number++) {
      const asked = await ask(user.email, new Visitor())
      assert.equal(asked.headers.get('location'), '/forgot-password')
      await sleep(50)
    }
    const messages = await arrived(sink, 5)
    assert.lengthOf(messages, 5)
  })

  test('refuses a network that asks for many', async ({ assert }) => {
    for (let number = 1; number <= 20; number++) await ask(`nobody-${number}@example.com`)
    await visitor.get('/forgot-password')
    await ask(user.email)
    const page = await visitor.get('/forgot-password')
    assert.include(await page.text(), 'Too many attempts')
    assert.isEmpty(sink.messages)
  })

  test('without a mail server says who helps', async ({ assert }) => {
    await stopSendingMail()
    const page = await visitor.get('/forgot-password')
    const text = await page.text()
    assert.include(text, 'users:reset-password')
    assert.notInclude(text, 'name="email"')
    const before = await databaseSnapshot()
    const posted = await ask(user.email)
    assert.equal(posted.status, 302)
    assert.deepEqual(await databaseSnapshot(), before)
    await useMailSink(sink)
  })
})

/** Has the panel be elsewhere for a while. */
class PanelSettingsUrl {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async during(act: () => Promise<void>) {
    const settings = await PanelSettings.findOrFail('panel')
    await settings.merge({ baseUrl: this.#url }).save()
    try {
      await act()
    } finally {
      await settings.merge({ baseUrl: null }).save()
    }
  }
}

test.group('Setting a new password by a link', (group) => {
  let tenant: Tenant
  let user: User
  let visitor: Visitor

  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.setup(async () => {
    await limiter.clear()
    user = await createMember(tenant.team, 'admin')
    visitor = new Visitor()
  })

  test('ends every sign-in of the person and of nobody else', async ({ assert }) => {
    const others = [await createSignIn(user), await createSignIn(user)]
    const foreign = await createSignIn(tenant.owner)
    const inside = new Visitor()
    await inside.logIn(user)
    const { token } = await linkFor(user)
    await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    for (const signIn of others) {
      await signIn.refresh()
      assert.isNotNull(signIn.endedAt)
    }
    await foreign.refresh()
    assert.isNull(foreign.endedAt)
    const dashboard = await inside.get('/dashboard')
    assert.equal(dashboard.headers.get('location'), '/login')
    const acts = await Activity.acrossTeams().where({
      subject_id: user.id,
      action: 'password.reset',
    })
    assert.lengthOf(acts, 1)
  })

  test('signs nobody in, and passes no second factor', async ({ assert }) => {
    await giveAuthenticator(user)
    const { token } = await linkFor(user)
    await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    const dashboard = await visitor.get('/dashboard')
    assert.equal(dashboard.headers.get('location'), '/login')
    assert.isNull(await SignIn.query().where('user_id', user.id).first())
    const first = await visitor.logIn(user, NEW_PASSWORD)
    assert.equal(first.headers.get('location'), '/login/second-factor')
    const second = await visitor.post('/login/second-factor', { code: codeOf(user) })
    assert.equal(second.headers.get('location'), '/dashboard')
  })

  test('lets one of several win who use it at once', async ({ assert }) => {
    const { token } = await linkFor(user)
    const passwords = [1, 2, 3, 4].map((number) => `the long password ${number}`)
    const answers = await Promise.all(
      passwords.map(async (password) => {
        const each = new Visitor()
        await each.get('/login')
        return each.post('/reset-password', { token, password })
      })
    )
    const won = answers.filter(({ headers }) => headers.get('location') === '/login')
    assert.lengthOf(won, 1)
    const acts = await Activity.acrossTeams().where({
      subject_id: user.id,
      action: 'password.reset',
    })
    assert.lengthOf(acts, 1)
  })

  test('is over after half an hour', async ({ assert }) => {
    const { token, path } = await linkFor(user)
    await db
      .from('password_resets')
      .where('user_id', user.id)
      .update({ expires_at: Date.now() - 1 })
    const page = await visitor.get(path)
    assert.equal(page.status, 404)
    assert.include(await page.text(), 'works no longer')
    await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    const old = await new Visitor().logIn(user)
    assert.equal(old.headers.get('location'), '/dashboard')
    await removeExpiredSessions()
    assert.isNull(await db.from('password_resets').where('user_id', user.id).first())
  })

  test('is over for someone deactivated meanwhile', async ({ assert }) => {
    const { token, path } = await linkFor(user)
    await user.merge({ deactivatedAt: DateTime.utc() }).save()
    const page = await visitor.get(path)
    assert.equal(page.status, 404)
    const before = await databaseSnapshot()
    await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('takes no token that was never made', async ({ assert }) => {
    const { token } = await linkFor(user)
    const before = await databaseSnapshot()
    const texts = ['', 'x'.repeat(43), token.slice(1), `${token} `, ...PAYLOADS]
    for (const each of texts) {
      const response = await visitor.post('/reset-password', {
        token: each,
        password: NEW_PASSWORD,
      })
      assert.equal(response.status, 302)
    }
    assert.deepEqual(await databaseSnapshot(), before)
    for (const query of ['', '?token=', '?token[]=a', `?token[]=${token}`]) {
      const page = await visitor.get(`/reset-password${query}`)
      assert.equal(page.status, 404)
    }
  })

  test('keeps the link when the password is too short, and shows it nowhere', async ({
    assert,
  }) => {
    const { token, path } = await linkFor(user)
    const headers = { referer: `${process.env.APP_URL}${path}` }
    const fields = { token, password: 'shortpass' }
    const refused = await visitor.post('/reset-password', fields, { headers })
    const { pathname, search } = new URL(refused.headers.get('location')!, process.env.APP_URL)
    const page = await visitor.get(pathname + search)
    const text = await page.text()
    assert.include(text, '12 characters')
    assert.notInclude(text, 'shortpass')
    const set = await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    assert.equal(set.headers.get('location'), '/login')
  })

  test('works for someone who is signed in as somebody else', async ({ assert }) => {
    await visitor.logIn(tenant.owner)
    const { token, path } = await linkFor(user)
    const page = await visitor.get(path)
    assert.include(await page.text(), user.email)
    await visitor.post('/reset-password', { token, password: NEW_PASSWORD })
    const fresh = await new Visitor().logIn(user, NEW_PASSWORD)
    assert.equal(fresh.headers.get('location'), '/dashboard')
  })
})

test.group('node ace users:reset-password', (group) => {
  let user: User

  group.setup(async () => {
    const { team } = await createTenant()
    user = await giveAuthenticator(await createMember(team, 'admin'))
    await issueRecoveryCodes(user)
  })
  group.tap((each) => each.timeout(60_000))

  const run = (...args: string[]) => {
    const { APP_KEY, SECRETS_KEY, APP_URL } = process.env as Record<string, string>
    const environment = { ...testDatabase(), APP_KEY, SECRETS_KEY, APP_URL }
    return runAce(['users:reset-password', ...args], environment)
  }

  test('prints a link and leaves the second factor', async ({ assert }) => {
    const { code, output } = await run(user.email.toUpperCase())
    assert.equal(code, 0, output)
    const path = /(\/reset-password\?token=[\w-]{43})/.exec(output)![1]
    const page = await new Visitor().get(path)
    assert.equal(page.status, 200)
    assert.isTrue(await hasSecondFactor(await user.refresh()))
    const act = await Activity.acrossTeams()
      .where({ subject_id: user.id, action: 'password.reset_asked' })
      .firstOrFail()
    assert.equal(act.actorKind, 'command')
    assert.equal(act.actorName, 'node ace users:reset-password')
  })

  test('removes the second factor when it is told to', async ({ assert }) => {
    const { code, output } = await run(user.email, '--remove-second-factor')
    assert.equal(code, 0, output)
    assert.include(output, 'removed')
    assert.isFalse(await hasSecondFactor(await user.refresh()))
    assert.equal(await recoveryCodesLeft(user), 0)
    const act = await Activity.acrossTeams().where({
      subject_id: user.id,
      action: 'second_factor.removed',
    })
    assert.lengthOf(act, 1)
  })

  test('says when there is nobody with the address', async ({ assert }) => {
    const { code, output } = await run('nobody@example.com')
    assert.equal(code, 1)
    assert.include(output, 'Nobody here has the address nobody@example.com.')
    assert.notInclude(output, '    at ')
  })
})
