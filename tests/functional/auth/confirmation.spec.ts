import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import limiter from '@adonisjs/limiter/services/main'
import Activity from '#app/activity/models/activity'
import SignIn from '#app/auth/models/sign_in'
import { SIGN_IN_KEY } from '#app/auth/signed_in_session'
import { openFields } from '#app/core/exceptions/remembered_fields'
import Server from '#app/servers/models/server'
import type User from '#app/users/models/user'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes } from '#tests/support/fake_server_remotes'
import { flashed } from '#tests/support/flashed'
import {
  codeOf,
  giveAuthenticator,
  givePasskey,
  movePanelToLocalhost,
  wrongCodeOf,
} from '#tests/support/second_factor'
import {
  createMember,
  createServer,
  createTenant,
  PASSWORD,
  type Tenant,
} from '#tests/support/tenants'
import { createSignIn } from '#tests/support/signed_in'
import { Visitor, type Fields } from '#tests/support/visitor'

/** The person's sign-in, as if they had proven who they are a while ago. */
async function letTimePass(user: User) {
  const at = DateTime.utc().minus({ minutes: 15, seconds: 1 })
  await SignIn.query().where('user_id', user.id).update({ confirmedAt: at.toMillis() })
}

const confirmedAt = async (user: User) => {
  const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
  return signIn.confirmedAt
}

test.group('Proving anew who one is', (group) => {
  let tenant: Tenant
  let user: User
  let visitor: Visitor
  let server: Server

  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.setup(() => swapServerRemotes()[1])
  group.each.setup(async () => {
    await limiter.clear()
    user = await createMember(tenant.team, 'admin')
    server = await createServer(tenant)
    visitor = new Visitor()
    await visitor.logIn(user)
    await visitor.get('/dashboard')
    await letTimePass(user)
  })

  const remove = (headers: Record<string, string> = {}, confirm = server.name) =>
    visitor.post(
      `/servers/${server.id}?_method=DELETE`,
      { confirm, password: 'CANARY-PASSWORD', apiSecret: 'CANARY-SECRET' },
      { headers }
    )

  test('is asked for before something dangerous, and by the password it goes on', async ({
    assert,
  }) => {
    const path = `/servers/${server.id}?tab=settings`
    const asked = await remove({ referer: `${process.env.APP_URL}${path}` })
    assert.equal(asked.headers.get('location'), '/confirm')
    assert.isNotNull(await Server.acrossTeams().where('id', server.id).first())

    const page = await visitor.get('/confirm')
    const text = await page.text()
    assert.include(text, 'name="password"')
    assert.include(text, `href="/servers/${server.id}?tab=settings"`)
    const confirmed = await visitor.post('/confirm', { password: PASSWORD })
    assert.equal(confirmed.headers.get('location'), path)
    const back = await visitor.get(path)
    assert.include(await back.text(), 'Now do it again')
    const removed = await remove()
    assert.equal(removed.headers.get('location'), '/servers')
  })

  test('gives back what was typed, also after a wrong try, but no secret', async ({
    assert,
    client,
  }) => {
    const signIn = await createSignIn(user, { confirmedAt: DateTime.utc().minus({ hours: 1 }) })
    const send = (path: string, session: Record<string, any>, fields: Fields) =>
      client.post(path).redirects(0).withCsrfToken().withSession(session).form(fields)
    const secrets = { password: 'CANARY', newPassword: 'CANARY', code: 'CANARY', value: 'CANARY' }

    const asked = await send(
      `/servers/${server.id}?_method=DELETE`,
      { auth_web: user.id, [SIGN_IN_KEY]: signIn.id },
      { confirm: 'typed', ...secrets }
    )
    asked.assertHeader('location', '/confirm')
    const { fields } = asked.session().interrupted
    assert.deepEqual(openFields(fields), { confirm: 'typed' })
    assert.notInclude(JSON.stringify(asked.session()), 'typed')
    const page = await client.get('/confirm').withSession(asked.session())
    page.assertStatus(200)
    const wrong = await send('/confirm', asked.session(), { password: 'a wrong password' })
    wrong.assertHeader('location', '/confirm')
    const done = await send('/confirm', wrong.session(), { password: PASSWORD })
    done.assertHeader('location', '/dashboard')
    assert.equal(flashed(done).confirm, 'typed')
    assert.deepEqual(done.flashMessage('inputErrorsBag'), {})
    assert.notProperty(done.session(), 'interrupted')
  })

  test('is asked of programs as an answer with a code', async ({ assert }) => {
    const asked = await remove({ accept: 'application/json' })
    assert.equal(asked.status, 403)
    assert.deepEqual(await asked.json(), {
      message: 'Confirm that it is you, then do this again.',
      code: 'E_CONFIRMATION_NEEDED',
    })
    assert.isNotNull(await Server.acrossTeams().where('id', server.id).first())
  })

  test('refuses a wrong password, and changes nothing', async ({ assert }) => {
    await visitor.get('/confirm')
    const before = await databaseSnapshot()
    const former = await confirmedAt(user)
    const refused = await visitor.post('/confirm', { password: 'a wrong password' })
    assert.equal(refused.headers.get('location'), '/confirm')
    const page = await visitor.get('/confirm')
    assert.include(await page.text(), 'not your password')
    assert.deepEqual(await databaseSnapshot(), before)
    assert.equal(Number(await confirmedAt(user)), Number(former))
  })

  test('takes a code of the authenticator, once', async ({ assert }) => {
    await giveAuthenticator(user)
    const page = await visitor.get('/confirm')
    assert.include(await page.text(), 'name="code"')
    const code = codeOf(user)
    const confirmed = await visitor.post('/confirm', { code })
    assert.equal(confirmed.headers.get('location'), '/dashboard')
    assert.isAbove(Number(await confirmedAt(user)), Date.now() - 60_000)
    await letTimePass(user)
    const again = await visitor.post('/confirm', { code })
    assert.equal(again.headers.get('location'), '/confirm')
  })

  test('takes a passkey of the person and of nobody else', async ({ assert }) => {
    const { origin, back } = await movePanelToLocalhost()
    const { soft } = await givePasskey(user, origin)
    const { soft: foreign } = await givePasskey(tenant.owner, origin)
    const answer = async (passkey: typeof soft) => {
      const asked = await visitor.post('/confirm/passkey/challenge', {}, JSON_ONLY)
      const response = passkey.use((await asked.json()) as { challenge: string })
      return visitor.post('/confirm/passkey', { response })
    }
    const refused = await answer(foreign)
    assert.equal(refused.headers.get('location'), '/confirm')
    const confirmed = await answer(soft)
    assert.equal(confirmed.headers.get('location'), '/dashboard')
    assert.isAbove(Number(await confirmedAt(user)), Date.now() - 60_000)
    await back()
  })

  test('is on record, and gives the session another identifier', async ({ assert }) => {
    const before = visitor.cookie('muster_session')
    await visitor.post('/confirm', { password: PASSWORD })
    assert.notEqual(visitor.cookie('muster_session'), before)
    const act = await Activity.acrossTeams()
      .where({ subject_id: user.id, action: 'session.confirmed' })
      .firstOrFail()
    assert.deepEqual(act.details, { by: 'password' })
  })

  test('refuses even the right password after five wrong guesses', async ({ assert }) => {
    await giveAuthenticator(user)
    for (let guess = 1; guess <= 3; guess++) {
      await visitor.post('/confirm', { password: 'a wrong password' })
    }
    for (let guess = 1; guess <= 2; guess++) {
      await visitor.post('/confirm', { code: wrongCodeOf(user) })
    }
    const refused = await visitor.post('/confirm', { password: PASSWORD })
    assert.equal(refused.headers.get('location'), '/confirm')
    const page = await visitor.get('/confirm')
    assert.include(await page.text(), 'Too many attempts')
  })

  test('never leads to another site, sent from {$self}')
    .with([
      'https://evil.example/servers',
      '//evil.example/servers',
      'javascript:alert(1)',
      `${process.env.APP_URL}//evil.example`,
      `${process.env.APP_URL}/\\evil.example`,
      'nonsense',
    ])
    .run(async ({ assert }, referer) => {
      await remove({ referer })
      await visitor.get('/confirm')
      const confirmed = await visitor.post('/confirm', { password: PASSWORD })
      const location = confirmed.headers.get('location')!
      assert.equal(new URL(location, process.env.APP_URL).origin, process.env.APP_URL)
    })

  test('asks nobody who proved it a short while ago', async ({ assert }) => {
    const at = DateTime.utc().minus({ minutes: 14 })
    await SignIn.query().where('user_id', user.id).update({ confirmedAt: at.toMillis() })
    const removed = await remove()
    assert.equal(removed.headers.get('location'), '/servers')
  })
})

const JSON_ONLY = { headers: { accept: 'application/json' } }
