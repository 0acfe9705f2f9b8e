import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import limiter from '@adonisjs/limiter/services/main'
import { systemOrigin } from '#app/activity/origin'
import Passkey from '#app/auth/models/passkey'
import SignIn from '#app/auth/models/sign_in'
import { parseRegistrationResponse } from '#app/auth/second_factor/passkey_responses'
import { registrationOptions, verifyRegistration } from '#app/auth/second_factor/passkeys'
import type User from '#app/users/models/user'
import { giveAuthenticator, givePasskey, movePanelToLocalhost } from '#tests/support/second_factor'
import { attestedByCertificate, SoftPasskey } from '#tests/support/soft_passkey'
import { createMember, createTenant, type Tenant } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const JSON_ONLY = { headers: { accept: 'application/json' } }

interface Options {
  challenge: string
  rpId: string
  userVerification: string
  allowCredentials: { id: string }[]
}

async function ask(visitor: Visitor, path: string): Promise<Options> {
  const response = await visitor.post(path, {}, JSON_ONLY)
  return (await response.json()) as Options
}

const askToLogIn = (visitor: Visitor) => ask(visitor, '/login/passkey/challenge')
const askForStep = (visitor: Visitor) => ask(visitor, '/login/second-factor/passkey/challenge')

async function isInside(visitor: Visitor) {
  const dashboard = await visitor.get('/dashboard')
  return dashboard.status === 200
}

test.group('Logging in with a passkey', (group) => {
  let tenant: Tenant
  let origin: string
  let user: User
  let soft: SoftPasskey
  let passkey: Passkey
  let visitor: Visitor

  group.setup(async () => {
    tenant = await createTenant()
    const moved = await movePanelToLocalhost()
    origin = moved.origin
    return moved.back
  })
  group.each.setup(async () => {
    await limiter.clear()
    user = await createMember(tenant.team, 'admin')
    const given = await givePasskey(user, origin, { counter: 7 })
    soft = given.soft
    passkey = given.passkey
    visitor = new Visitor()
  })

  test('needs neither address nor password, nor a second step', async ({ assert }) => {
    await giveAuthenticator(user)
    const options = await askToLogIn(visitor)
    assert.equal(options.rpId, 'localhost')
    assert.equal(options.userVerification, 'required')
    assert.isEmpty(options.allowCredentials)
    soft.counter++
    const response = await visitor.post('/login/passkey', { response: soft.use(options) })
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.isTrue(await isInside(visitor))
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    assert.equal(signIn.method, 'passkey')
    await passkey.refresh()
    assert.equal(passkey.counter, 8)
    assert.isNotNull(passkey.lastUsedAt)
  })

  test('has another identifier afterwards, and leads to the page asked for', async ({ assert }) => {
    await visitor.get('/servers')
    const before = visitor.cookie('muster_session')
    const options = await askToLogIn(visitor)
    soft.counter++
    const response = await visitor.post('/login/passkey', { response: soft.use(options) })
    assert.equal(response.headers.get('location'), '/servers')
    assert.notEqual(visitor.cookie('muster_session'), before)
  })

  test('refuses {name}')
    .with([
      { name: 'another origin', lie: { origin: 'http://localhost.evil.example' } },
      { name: 'another port of the host', lie: { origin: 'http://localhost:1' } },
      { name: 'another relying party', lie: { rpId: 'evil.example' } },
      { name: 'an owner who was not verified', lie: { verified: false } },
      { name: 'an owner who was not there', lie: { present: false } },
      { name: 'a frame of another site', lie: { crossOrigin: true } },
      { name: 'another challenge', lie: { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' } },
    ])
    .run(async ({ assert }, { lie }) => {
      const options = await askToLogIn(visitor)
      soft.counter++
      const response = await visitor.post('/login/passkey', { response: soft.use(options, lie) })
      assert.equal(response.headers.get('location'), '/login')
      const page = await visitor.get('/login')
      assert.include(await page.text(), 'was not accepted')
      assert.isFalse(await isInside(visitor))
    })

  test('refuses a counter that stands still or goes back, as that of a copy', async ({
    assert,
  }) => {
    for (const counter of [7, 6, 0]) {
      const each = new Visitor()
      const options = await askToLogIn(each)
      soft.counter = counter
      await each.post('/login/passkey', { response: soft.use(options) })
      assert.isFalse(await isInside(each), String(counter))
    }
  })

  test('takes passkeys that do not count', async ({ assert }) => {
    const other = await createMember(tenant.team, 'viewer')
    const { soft: synchronised } = await givePasskey(other, origin)
    for (const each of [new Visitor(), new Visitor()]) {
      const options = await askToLogIn(each)
      await each.post('/login/passkey', { response: synchronised.use(options) })
      assert.isTrue(await isInside(each))
    }
  })

  test('refuses the name of another person', async ({ assert }) => {
    for (const claimed of [tenant.owner.id, '']) {
      const each = new Visitor()
      const options = await askToLogIn(each)
      soft.counter++
      soft.userHandle = claimed ? Buffer.from(claimed).toString('base64url') : null
      await each.post('/login/passkey', { response: soft.use(options) })
      assert.isFalse(await isInside(each))
    }
  })

  test('refuses a passkey that nobody registered', async ({ assert }) => {
    const options = await askToLogIn(visitor)
    const unknown = new SoftPasskey(origin)
    unknown.userHandle = soft.userHandle
    await visitor.post('/login/passkey', { response: unknown.use(options) })
    assert.isFalse(await isInside(visitor))
  })

  test('refuses the key of one passkey under the name of another', async ({ assert }) => {
    const forged = Object.assign(new SoftPasskey(origin), { id: soft.id, counter: 100 })
    forged.userHandle = soft.userHandle
    const options = await askToLogIn(visitor)
    await visitor.post('/login/passkey', { response: forged.use(options) })
    assert.isFalse(await isInside(visitor))
  })

  test('uses a challenge up, also for requests that read it at once', async ({
    assert,
    client,
  }) => {
    const other = await createMember(tenant.team, 'viewer')
    const { soft: uncounted } = await givePasskey(other, origin)
    const challenge = Buffer.alloc(32, 9).toString('base64url')
    const response = uncounted.use({ challenge })
    const session = { passkey_login: { challenge, at: Date.now() } }
    const answers = []
    for (let time = 1; time <= 2; time++) {
      const request = client.post('/login/passkey').redirects(0).withCsrfToken()
      const answer = await request.withSession(session).form({ response })
      answers.push(answer.header('location'))
    }
    assert.deepEqual(answers, ['/dashboard', '/login'])
    const signIns = await SignIn.query().where('user_id', other.id)
    assert.lengthOf(signIns, 1)
  })

  test('forgets a challenge that was answered wrongly', async ({ assert }) => {
    const options = await askToLogIn(visitor)
    soft.counter++
    await visitor.post('/login/passkey', { response: soft.use(options, { verified: false }) })
    await visitor.post('/login/passkey', { response: soft.use(options) })
    assert.isFalse(await isInside(visitor))
  })

  test('takes no answer after five minutes, and none to a challenge for something else', async ({
    assert,
    client,
  }) => {
    const challenge = Buffer.alloc(32, 7).toString('base64url')
    for (const [key, age] of [
      ['passkey_login', 5 * 60_000 + 1000],
      ['passkey_registration', 0],
      ['passkey_confirmation', 0],
      ['passkey_second-factor', 0],
    ] as const) {
      soft.counter++
      const request = client.post('/login/passkey').redirects(0).withCsrfToken()
      const kept = { [key]: { challenge, at: Date.now() - age } }
      const response = await request.withSession(kept).form({ response: soft.use({ challenge }) })
      assert.equal(response.header('location'), '/login', key)
    }
  })

  test('shuts out who was deactivated', async ({ assert }) => {
    await user.merge({ deactivatedAt: DateTime.utc() }).save()
    const options = await askToLogIn(visitor)
    soft.counter++
    const response = await visitor.post('/login/passkey', { response: soft.use(options) })
    assert.equal(response.headers.get('location'), '/login')
    assert.isNull(await SignIn.query().where('user_id', user.id).first())
  })

  test('is of the panel’s own host, whatever a request says', async ({ assert }) => {
    const response = await visitor.post(
      '/login/passkey/challenge',
      {},
      { headers: { 'accept': 'application/json', 'x-forwarded-host': 'evil.example' } }
    )
    const { rpId } = (await response.json()) as Options
    assert.equal(rpId, 'localhost')
  })

  test('as the second step takes the person’s own passkeys, verified or not', async ({
    assert,
  }) => {
    await visitor.logIn(user)
    const options = await askForStep(visitor)
    assert.deepEqual(
      options.allowCredentials.map(({ id }) => id),
      [soft.id]
    )
    soft.counter++
    soft.userHandle = null
    const response = await visitor.post('/login/second-factor/passkey', {
      response: soft.use(options, { verified: false }),
    })
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.isTrue(await isInside(visitor))
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    assert.deepEqual([signIn.method, signIn.secondFactor], ['password', 'passkey'])
  })

  test('as the second step refuses the passkey of another person', async ({ assert }) => {
    const other = await createMember(tenant.team, 'admin')
    const { soft: foreign } = await givePasskey(other, origin)
    await visitor.logIn(user)
    const options = await askForStep(visitor)
    const response = await visitor.post('/login/second-factor/passkey', {
      response: foreign.use(options),
    })
    assert.equal(response.headers.get('location'), '/login/second-factor')
    assert.isFalse(await isInside(visitor))
  })

  test('as the second step needs the first', async ({ assert }) => {
    const challenge = await visitor.post('/login/second-factor/passkey/challenge', {}, JSON_ONLY)
    assert.equal(challenge.status, 401)
    const response = await visitor.post('/login/second-factor/passkey', { response: '{}' })
    assert.equal(response.headers.get('location'), '/login')
  })
})

test.group('Making a passkey', (group) => {
  let tenant: Tenant
  let origin: string
  let user: User

  group.setup(async () => {
    tenant = await createTenant()
    const moved = await movePanelToLocalhost()
    origin = moved.origin
    return moved.back
  })
  group.each.setup(async () => {
    user = await createMember(tenant.team, 'admin')
  })

  async function register(text: string, challenge: string) {
    const response = await parseRegistrationResponse(text)
    const answer = { challenge, response, name: 'Key' }
    return verifyRegistration(user, answer, systemOrigin())
  }

  test('keeps what checks its signatures', async ({ assert }) => {
    const { passkey, soft } = await givePasskey(user, origin)
    await passkey.refresh()
    assert.equal(passkey.credentialId, soft.id)
    assert.deepEqual(passkey.transports, ['internal'])
    assert.isFalse(passkey.backedUp)
    const options = await registrationOptions(user)
    assert.deepEqual(
      options.excludeCredentials?.map(({ id }) => id),
      [soft.id]
    )
  })

  test('refuses {name}')
    .with([
      { name: 'another origin', lie: { origin: 'https://evil.example' } },
      { name: 'another relying party', lie: { rpId: 'evil.example' } },
      { name: 'a frame of another site', lie: { crossOrigin: true } },
      { name: 'nobody being there', lie: { present: false } },
      { name: 'another challenge', lie: { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' } },
    ])
    .run(async ({ assert }, { lie }) => {
      const options = await registrationOptions(user)
      const text = new SoftPasskey(origin).create(options, lie)
      await assert.rejects(() => register(text, options.challenge), 'Validation failure')
      assert.isNull(await Passkey.query().where('user_id', user.id).first())
    })

  test('refuses certificates that nobody asked for, however right they are', async ({ assert }) => {
    const options = await registrationOptions(user)
    const attest = await attestedByCertificate()
    const text = new SoftPasskey(origin).create(options, { attest })
    await assert.rejects(() => register(text, options.challenge), 'Validation failure')
    assert.isNull(await Passkey.query().where('user_id', user.id).first())
  })

  test('takes what an authenticator says of itself with its own key', async ({ assert }) => {
    const options = await registrationOptions(user)
    const soft = new SoftPasskey(origin)
    const attest = (signed: Buffer) => soft.attestItself(signed)
    const passkey = await register(soft.create(options, { attest }), options.challenge)
    assert.equal(passkey.credentialId, soft.id)
  })

  test('refuses one that is registered already, for whomever', async ({ assert }) => {
    const { soft } = await givePasskey(tenant.owner, origin)
    const options = await registrationOptions(user)
    const text = soft.create(options)
    const error = await register(text, options.challenge).catch((thrown) => thrown)
    assert.include(JSON.stringify(error.messages), 'registered already')
    assert.isNull(await Passkey.query().where('user_id', user.id).first())
  })
})

test.group('A panel without a host name or without https', () => {
  test('offers no passkeys', async ({ assert }) => {
    const visitor = new Visitor()
    const page = await visitor.get('/login')
    assert.notInclude(await page.text(), 'passkey')
    const response = await visitor.post('/login/passkey/challenge', {}, JSON_ONLY)
    assert.equal(response.status, 422)
    assert.include(await response.text(), 'host name')
  })
})
