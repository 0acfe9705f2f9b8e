import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import Activity from '#app/activity/models/activity'
import { signUpLink } from '#app/auth/sign_up_link'
import PanelSettings from '#app/settings/models/panel_settings'
import Membership from '#app/teams/models/membership'
import User from '#app/users/models/user'
import { comparableAnswer } from '#tests/support/comparable_answer'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { startMailSink, useMailSink, type MailSink } from '#tests/support/mail_sink'
import { PAYLOADS } from '#tests/support/payload_corpus'
import { createTenant, type Tenant } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

/** Payloads that fit into an address. */
const SHORT = PAYLOADS.filter((text) => text.length < 1024)

const someone = (email: string) => ({
  fullName: 'Grace Hopper',
  teamName: 'Compilers',
  email,
  password: 'a long enough password',
})

async function set(values: Partial<PanelSettings>) {
  const settings = await PanelSettings.findOrFail('panel')
  await settings.merge(values).save()
}

const reset = () => set({ signUp: false, smtpHost: null, mailFrom: null })

test.group('Signing up', (group) => {
  group.each.setup(() => limiter.clear())

  test('is not there unless an administrator allows it', async ({ assert }) => {
    const visitor = new Visitor()
    const login = await visitor.get('/login')
    assert.notInclude(await login.text(), '/sign-up')
    const before = await databaseSnapshot()
    const link = new URL(signUpLink('x@example.com', 'http://x').reveal())
    for (const path of ['/sign-up', `/sign-up/complete${link.search}`]) {
      const page = await visitor.get(path)
      assert.equal(page.status, 404, path)
    }
    const token = link.searchParams.get('token')!
    for (const path of ['/sign-up', '/sign-up/complete']) {
      const posted = await visitor.post(path, { ...someone('x@example.com'), token })
      assert.equal(posted.status, 404, path)
    }
    assert.deepEqual(await databaseSnapshot(), before)
  })
})

test.group('Signing up without a mail server', (group) => {
  let tenant: Tenant
  let visitor: Visitor

  group.setup(async () => {
    tenant = await createTenant()
    await set({ signUp: true })
    return reset
  })
  group.each.setup(async () => {
    await limiter.clear()
    visitor = new Visitor()
  })

  test('makes an account and a team of its own', async ({ assert }) => {
    const login = await visitor.get('/login')
    assert.include(await login.text(), 'href="/sign-up"')
    const page = await visitor.get('/sign-up')
    assert.equal(page.status, 200)
    const made = await visitor.post('/sign-up', someone('Grace@Example.com'))
    assert.equal(made.headers.get('location'), '/login')
    const user = await User.findByOrFail('email', 'grace@example.com')
    const membership = await Membership.query()
      .where('user_id', user.id)
      .preload('team')
      .firstOrFail()
    assert.equal(membership.role, 'owner')
    assert.equal(membership.team.name, 'Compilers')
    assert.isFalse((await user.refresh()).administrator)
    const act = await Activity.acrossTeams()
      .where({ subject_id: user.id, action: 'user.signed_up' })
      .firstOrFail()
    assert.equal(act.teamId, membership.teamId)
    const inside = await visitor.logIn(user)
    assert.equal(inside.headers.get('location'), '/dashboard')
  })

  test('answers the same when the address has an account', async ({ assert }) => {
    const answers = []
    for (const email of ['free@example.com', tenant.owner.email]) {
      const each = new Visitor()
      await each.get('/sign-up')
      const posted = await each.post('/sign-up', someone(email))
      const page = await each.get('/login')
      answers.push([await comparableAnswer(posted, email), await comparableAnswer(page, email)])
    }
    assert.deepEqual(answers[1], answers[0])
    const owner = await User.findOrFail(tenant.owner.id)
    assert.equal(owner.fullName, tenant.owner.fullName)
    const old = await visitor.logIn(tenant.owner)
    assert.equal(old.headers.get('location'), '/dashboard')
  })

  test('makes one account of several that come at once', async ({ assert }) => {
    const visitors = [1, 2, 3].map(() => new Visitor())
    for (const each of visitors) await each.get('/sign-up')
    const answers = await Promise.all(
      visitors.map((each) => each.post('/sign-up', someone('race@example.com')))
    )
    for (const { headers } of answers) assert.equal(headers.get('location'), '/login')
    assert.lengthOf(await User.query().where('email', 'race@example.com'), 1)
    const teams = await Membership.query().whereIn(
      'user_id',
      User.query().where('email', 'race@example.com').select('id')
    )
    assert.lengthOf(teams, 1)
  })

  test('refuses a network that makes many', async ({ assert }) => {
    for (let number = 1; number <= 11; number++) {
      await visitor.post('/sign-up', someone(`many-${number}@example.com`))
    }
    assert.isNull(await User.findBy('email', 'many-11@example.com'))
    const page = await visitor.get('/sign-up')
    assert.include(await page.text(), 'Too many attempts')
  })

  test('keeps or refuses text that breaks software', async ({ assert }) => {
    for (const [index, text] of PAYLOADS.entries()) {
      await limiter.clear()
      const email = `payload-${index}@example.com`
      const posted = await visitor.post('/sign-up', { ...someone(email), fullName: text })
      assert.equal(posted.status, 302, text.slice(0, 60))
      const user = await User.findBy('email', email)
      if (user) assert.equal(user.fullName, text)
    }
  })
})

test.group('Signing up with a mail server', (group) => {
  let tenant: Tenant
  let sink: MailSink
  let visitor: Visitor

  group.setup(async () => {
    tenant = await createTenant()
    sink = await startMailSink()
    await useMailSink(sink, { signUp: true })
    return async () => {
      await sink.stop()
      await reset()
    }
  })
  group.each.setup(async () => {
    await limiter.clear()
    sink.messages.length = 0
    visitor = new Visitor()
  })

  async function arrived(count: number) {
    for (const end = Date.now() + 10_000; sink.messages.length < count; await sleep(20)) {
      if (Date.now() > end) throw new Error('The message did not arrive.')
    }
    return sink.messages
  }

  test('proves the address first, then makes the account and signs in', async ({ assert }) => {
    const form = await visitor.get('/sign-up')
    assert.notInclude(await form.text(), 'name="password"')
    await visitor.post('/sign-up', someone('Linus@Example.com'))
    assert.isNull(await User.findBy('email', 'linus@example.com'))
    const [mail] = await arrived(1)
    assert.deepEqual(mail.to, ['linus@example.com'])
    const [link] = /http\S+\/sign-up\/complete\?token=\S+/.exec(mail.text)!
    assert.isTrue(link.startsWith(process.env.APP_URL!))

    const { pathname, search, searchParams } = new URL(link)
    const page = await visitor.get(pathname + search)
    assert.include(await page.text(), 'linus@example.com')
    const token = searchParams.get('token')!
    const fields = { ...someone('eve@example.com'), token }
    const made = await visitor.post('/sign-up/complete', fields)
    assert.equal(made.headers.get('location'), '/dashboard')
    const dashboard = await visitor.get('/dashboard')
    assert.equal(dashboard.status, 200)
    assert.isNotNull(await User.findBy('email', 'linus@example.com'))
    assert.isNull(await User.findBy('email', 'eve@example.com'))

    const again = await new Visitor().post('/sign-up/complete', fields)
    assert.equal(again.headers.get('location'), '/login')
    assert.lengthOf(await User.query().where('email', 'linus@example.com'), 1)
  })

  test('answers the same when the address has an account, and tells its owner', async ({
    assert,
  }) => {
    const answers = []
    for (const email of ['unknown@example.com', tenant.owner.email]) {
      const each = new Visitor()
      await each.get('/sign-up')
      const posted = await each.post('/sign-up', { email })
      const page = await each.get('/sign-up')
      answers.push([await comparableAnswer(posted, email), await comparableAnswer(page, email)])
    }
    assert.deepEqual(answers[1], answers[0])
    await arrived(2)
    const mail = sink.messages.find(({ to }) => to[0] === tenant.owner.email)!
    assert.include(mail.text, 'There is one with this address')
    assert.notInclude(mail.text, 'token=')
  })

  test('takes no link that the panel did not make', async ({ assert }) => {
    const token = new URL(signUpLink('x@example.com', 'http://x').reveal()).searchParams.get(
      'token'
    )!
    const before = await databaseSnapshot()
    for (const each of ['', `${token}x`, token.slice(0, -4), ...SHORT]) {
      const page = await visitor.get(
        `/sign-up/complete?token=${encodeURIComponent(each.toWellFormed())}`
      )
      assert.equal(page.status, 404, each.slice(0, 60))
      const posted = await visitor.post('/sign-up/complete', { ...someone(''), token: each })
      assert.equal(posted.status, 302, each.slice(0, 60))
    }
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('sends five messages to one address at most', async ({ assert }) => {
    for (let number = 1; number <= 7; number++) {
      await visitor.post('/sign-up', { email: 'flooded@example.com' })
      await sleep(50)
    }
    await arrived(5)
    await sleep(200)
    assert.lengthOf(sink.messages, 5)
  })
})
