import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import Activity from '#app/activity/models/activity'
import PanelSettings from '#app/settings/models/panel_settings'
import User from '#app/users/models/user'
import { startMailSink } from '#tests/support/mail_sink'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import { createSignIn } from '#tests/support/signed_in'
import { createRun, createServer, createTenant, createUser } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const PROFILE = {
  fullName: 'Ada Lovelace',
  timeZone: '',
  theme: 'system',
  mailedDeployments: 'failed',
}

/** The newest record about a person. */
const lastAct = (user: User) =>
  Activity.acrossTeams()
    .where({ subjectId: user.id, action: 'user.updated' })
    .orderBy('sequence', 'desc')
    .firstOrFail()

test.group('Profile', () => {
  test('is changed by its person, with a record of what stood there', async ({
    assert,
    client,
  }) => {
    const user = await createUser({ fullName: 'Ada Byron' })
    const response = await client
      .put('/account')
      .redirects(0)
      .loginAs(user)
      .withCsrfToken()
      .form({ ...PROFILE, timeZone: 'Europe/London', theme: 'dark', mailedDeployments: 'none' })
    response.assertHeader('location', '/account')
    await user.refresh()
    assert.containSubset(user.$attributes, {
      fullName: 'Ada Lovelace',
      timeZone: 'Europe/London',
      theme: 'dark',
      mailedDeployments: 'none',
    })
    const act = await lastAct(user)
    assert.equal(act.actorId, user.id)
    assert.equal(act.address, '127.0.0.1')
    assert.isNull(act.teamId)
    assert.deepEqual(act.details, {
      fullName: { from: 'Ada Byron', to: 'Ada Lovelace' },
      timeZone: { from: null, to: 'Europe/London' },
      theme: { from: 'system', to: 'dark' },
      mailedDeployments: { from: 'failed', to: 'none' },
    })
  })

  test('saved as it was leaves no record', async ({ assert, client }) => {
    const user = await createUser(PROFILE as Partial<User>)
    await user.merge({ timeZone: null }).save()
    await client.put('/account').loginAs(user).withCsrfToken().form(PROFILE)
    const acts = await Activity.acrossTeams().where('subject_id', user.id)
    assert.lengthOf(acts, 0)
  })

  test('takes names of every kind as they are, and shows them as text', async ({
    assert,
    client,
  }) => {
    const user = await createUser()
    for (const text of [...PAYLOADS, ...NUL_PAYLOADS, '<script>alert(1)</script>']) {
      const before = user.fullName
      const response = await client
        .put('/account')
        .redirects(0)
        .loginAs(user)
        .withCsrfToken()
        .unsafeForm({ ...PROFILE, fullName: text })
      response.assertStatus(302)
      await user.refresh()
      const refused = Boolean(response.flashMessages().inputErrorsBag)
      assert.equal(user.fullName, refused ? before : text)
      const page = await client.get('/account').loginAs(user)
      page.assertStatus(200)
      assert.notInclude(page.text(), '<script>alert')
    }
    assert.equal(user.fullName, '<script>alert(1)</script>')
  }).timeout(90_000)

  test('takes no zone and no theme that there is not', async ({ assert, client }) => {
    const user = await createUser()
    const trials = [
      { timeZone: 'Mars/Olympus' },
      { timeZone: 'europe/berlin' },
      { timeZone: '../../etc/passwd' },
      { theme: 'blue' },
      { theme: '' },
    ]
    for (const trial of trials) {
      const request = client.put('/account').redirects(0).loginAs(user).withCsrfToken()
      const response = await request.form({ ...PROFILE, ...trial })
      assert.property(response.flashMessage('inputErrorsBag'), Object.keys(trial)[0])
    }
    await user.refresh()
    assert.isNull(user.timeZone)
    assert.equal(user.theme, 'system')
  })

  test('is there for people without a team', async ({ client }) => {
    const user = await createUser()
    for (const path of ['/account', '/account/security', '/account/sessions']) {
      const response = await client.get(path).redirects(0).loginAs(user)
      response.assertStatus(200)
    }
  })

  test('cannot make anyone an administrator', async ({ assert, client }) => {
    const user = await createUser()
    await client
      .put('/account')
      .loginAs(user)
      .withCsrfToken()
      .form({ ...PROFILE, administrator: 'true', email: 'x@example.com', password: 'y'.repeat(20) })
    const stored = await User.findOrFail(user.id)
    assert.isFalse(stored.administrator)
    assert.equal(stored.email, user.email)
    assert.equal(stored.password, user.password)
  })
})

test.group('Theme', () => {
  test('follows a person to their other browsers, whatever cookie those have', async ({
    assert,
    client,
  }) => {
    const user = await createUser()
    const chosen = await client
      .put('/account/theme')
      .accept('json')
      .loginAs(user)
      .withCsrfToken()
      .form({ theme: 'dark' })
    chosen.assertStatus(204)
    assert.match(String(chosen.header('set-cookie')), /theme=dark;/)
    const visitor = new Visitor()
    await visitor.logIn(user)
    const cookie = `muster_session=${visitor.cookie('muster_session')}; theme=light`
    const page = await (await visitor.get('/account', { headers: { cookie } })).text()
    assert.include(page, 'data-theme="dark"')
    const act = await lastAct(user)
    assert.deepEqual(act.details, { theme: { from: 'system', to: 'dark' } })
  })

  test('can be chosen without script, and leads back', async ({ assert, client }) => {
    const user = await createUser()
    const response = await client
      .put('/account/theme')
      .redirects(0)
      .accept('html')
      .header('referer', `${process.env.APP_URL}/account/sessions`)
      .loginAs(user)
      .withCsrfToken()
      .form({ theme: 'light' })
    response.assertStatus(302)
    assert.match(response.header('location')!, /\/account\/sessions$/)
    await user.refresh()
    assert.equal(user.theme, 'light')
  })

  test('leads back to no other site', async ({ assert, client }) => {
    const user = await createUser()
    const response = await client
      .put('/account/theme')
      .redirects(0)
      .accept('html')
      .header('referer', 'https://evil.example/account')
      .loginAs(user)
      .withCsrfToken()
      .form({ theme: 'light' })
    const location = new URL(response.header('location')!, process.env.APP_URL)
    assert.equal(location.origin, process.env.APP_URL)
  })

  test('of a visitor is that of the cookie', async ({ assert }) => {
    const page = await new Visitor().get('/login', { headers: { cookie: 'theme=dark' } })
    assert.include(await page.text(), 'data-theme="dark"')
  })
})

test.group('Time zone', () => {
  test('is what exact times are shown in', async ({ assert, client }) => {
    const tenant = await createTenant()
    const run = await createRun(tenant, await createServer(tenant), { state: 'queued' })
    const page = async () => (await client.get('/runs').loginAs(tenant.owner)).text()
    const at = run.createdAt
    assert.include(await page(), `title="${at.toFormat('d LLL yyyy, HH:mm:ss')} UTC"`)
    assert.notInclude(await page(), 'data-time-zone')

    await tenant.owner.merge({ timeZone: 'Asia/Kathmandu' }).save()
    const there = at.setZone('Asia/Kathmandu').toFormat('d LLL yyyy, HH:mm:ss')
    assert.include(await page(), `title="${there} UTC+5:45"`)
    assert.include(await page(), 'data-time-zone="Asia/Kathmandu"')
  })

  test('that this machine no longer knows breaks no page', async ({ assert, client }) => {
    const user = await createUser({ timeZone: 'Mars/Olympus' })
    const page = await client.get('/account/sessions').loginAs(user)
    page.assertStatus(200)
    assert.match(page.text(), /title="[^"]+ UTC"/)
  })
})

test.group('E-mail address', (group) => {
  group.each.teardown(async () => {
    const settings = await PanelSettings.findOrFail('panel')
    await settings.merge({ smtpHost: null, mailFrom: null }).save()
  })

  test('is changed to one that people log in with at once', async ({ assert, client }) => {
    const user = await createUser()
    const former = user.email
    const email = `new-${former}`
    const response = await client
      .put('/account/email')
      .redirects(0)
      .loginAs(user)
      .withCsrfToken()
      .form({ email: email.toUpperCase() })
    response.assertHeader('location', '/account')
    await user.refresh()
    assert.equal(user.email, email)
    const refused = await new Visitor().logIn({ email: former })
    assert.equal(refused.headers.get('location'), '/login')
    const passed = await new Visitor().logIn({ email })
    assert.equal(passed.headers.get('location'), '/dashboard')
    const acts = await Activity.acrossTeams().where({ subjectId: user.id, action: 'user.updated' })
    assert.deepEqual(acts[0].details, { email: { from: former, to: email } })
  })

  test('is refused in the same words whoever has it', async ({ assert, client }) => {
    const [user, other] = [await createUser(), await createUser()]
    const words = new Set<string>()
    for (const email of [user.email, other.email, other.email.toUpperCase()]) {
      const request = client.put('/account/email').redirects(0).loginAs(user).withCsrfToken()
      const response = await request.form({ email })
      words.add(JSON.stringify(response.flashMessage('inputErrorsBag')))
    }
    assert.lengthOf([...words], 1)
    const stored = await User.findOrFail(user.id)
    assert.equal(stored.email, user.email)
  })

  test('goes to one of two people who take it at once', async ({ assert, client }) => {
    const people = await Promise.all(Array.from({ length: 4 }, () => createUser()))
    const email = `wanted-${people[0].email}`
    await Promise.all(
      people.map((user) =>
        client.put('/account/email').redirects(0).loginAs(user).withCsrfToken().form({ email })
      )
    )
    assert.lengthOf(await User.query().where('email', email), 1)
    const ids = people.map(({ id }) => id)
    const acts = await Activity.acrossTeams()
      .whereIn('subject_id', ids)
      .where('action', 'user.updated')
    assert.lengthOf(acts, 1)
  })

  test('asks for a recent proof', async ({ assert, client }) => {
    const user = await createUser()
    const signIn = await createSignIn(user)
    await signIn.merge({ confirmedAt: signIn.confirmedAt.minus({ minutes: 16 }) }).save()
    const response = await client
      .put('/account/email')
      .redirects(0)
      .accept('html')
      .withSession({ auth_web: user.id, sign_in_id: signIn.id })
      .withCsrfToken()
      .form({ email: 'thief@example.com' })
    response.assertHeader('location', '/confirm')
    const stored = await User.findOrFail(user.id)
    assert.equal(stored.email, user.email)
  })

  test('leaves every sign-in open, and no link that went to the former one', async ({
    assert,
    client,
  }) => {
    const user = await createUser()
    const elsewhere = await createSignIn(user)
    const now = Date.now()
    await db.table('password_resets').insert({
      token_hash: user.id.padEnd(64, 'x'),
      user_id: user.id,
      expires_at: now + 60_000,
      created_at: now,
    })
    const request = client.put('/account/email').loginAs(user).withCsrfToken()
    await request.form({ email: `moved-${user.email}` })
    await elsewhere.refresh()
    assert.isNull(elsewhere.endedAt)
    assert.isNull(await db.from('password_resets').where('user_id', user.id).first())
  })

  test('tells the former one where the panel sends mail', async ({ assert, client }) => {
    const sink = await startMailSink()
    const settings = await PanelSettings.findOrFail('panel')
    await settings
      .merge({
        smtpHost: '127.0.0.1',
        smtpPort: sink.port,
        smtpSecurity: 'none',
        mailFrom: 'muster@example.com',
      })
      .save()
    try {
      const user = await createUser()
      const former = user.email
      const request = client.put('/account/email').redirects(0).loginAs(user).withCsrfToken()
      const response = await request.form({ email: `moved-${former}` })
      assert.lengthOf(response.flashMessage('toasts'), 1)
      assert.lengthOf(sink.messages, 1)
      assert.deepEqual(sink.messages[0].to, [former])
      assert.include(sink.messages[0].text, `moved-${former}`)
    } finally {
      await sink.stop()
    }
  })

  test('is changed all the same when the note cannot be sent, and that is said', async ({
    assert,
    client,
  }) => {
    const sink = await startMailSink({ refuse: { recipient: '550 5.1.1 No such user' } })
    const settings = await PanelSettings.findOrFail('panel')
    await settings
      .merge({
        smtpHost: '127.0.0.1',
        smtpPort: sink.port,
        smtpSecurity: 'none',
        mailFrom: 'muster@example.com',
      })
      .save()
    try {
      const user = await createUser()
      const email = `moved-${user.email}`
      const request = client.put('/account/email').redirects(0).loginAs(user).withCsrfToken()
      const response = await request.form({ email })
      assert.match(JSON.stringify(response.flashMessage('toasts')), /"warning".*No such user/)
      await user.refresh()
      assert.equal(user.email, email)
    } finally {
      await sink.stop()
    }
  })
})
