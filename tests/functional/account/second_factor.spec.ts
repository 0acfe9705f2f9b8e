import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { HOTP, Secret as TotpSecret } from 'otpauth'
import Activity from '#app/activity/models/activity'
import RecoveryCode from '#app/auth/models/recovery_code'
import { issueRecoveryCodes, useRecoveryCode } from '#app/auth/second_factor/recovery_codes'
import type User from '#app/users/models/user'
import { flashed } from '#tests/support/flashed'
import { codeOf, giveAuthenticator, wrongCodeOf } from '#tests/support/second_factor'
import { createPasskey, createUser } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const CODE = /(?<![\w-])[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}(?![\w-])/g

async function loggedIn() {
  const user = await createUser()
  const visitor = new Visitor()
  await visitor.logIn(user)
  return { user, visitor }
}

const pageOf = async (visitor: Visitor, path: string) => (await visitor.get(path)).text()

/** The secret that the page proposes. */
const secretIn = (page: string) =>
  /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(page)![0].replaceAll(' ', '')

const codeFor = (secret: string) =>
  HOTP.generate({
    secret: TotpSecret.fromBase32(secret),
    counter: Math.floor(Date.now() / 30_000),
  })

const codesIn = (page: string) => [...new Set(page.match(CODE))]

const actsOf = (user: User, action: string) =>
  Activity.acrossTeams().where({ actorId: user.id, action })

test.group('Authenticator app', () => {
  test('is on once a code shows that it has the secret, and brings recovery codes', async ({
    assert,
  }) => {
    const { user, visitor } = await loggedIn()
    const secret = secretIn(await pageOf(visitor, '/account/authenticator'))
    await user.refresh()
    assert.equal(user.totpSecret!.reveal(), secret)
    assert.isNull(user.totpConfirmedAt)
    const row = await db.from('users').where('id', user.id).firstOrFail()
    assert.notInclude(JSON.stringify(row), secret)

    const confirmed = await visitor.post('/account/authenticator', { code: codeFor(secret) })
    assert.equal(confirmed.headers.get('location'), '/account/recovery-codes')
    const codes = codesIn(await pageOf(visitor, '/account/recovery-codes'))
    assert.lengthOf(codes, 10)
    await user.refresh()
    assert.isNotNull(user.totpConfirmedAt)
    assert.isTrue(await useRecoveryCode(user, codes[3]))
    const [act] = await actsOf(user, 'second_factor.enabled')
    assert.deepEqual(act.details, { factor: 'totp', recoveryCodes: 10 })

    const login = await new Visitor().logIn(user)
    assert.equal(login.headers.get('location'), '/login/second-factor')
  })

  test('shows its recovery codes once', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    const secret = secretIn(await pageOf(visitor, '/account/authenticator'))
    await visitor.post('/account/authenticator', { code: codeFor(secret) })
    const shown = await visitor.get('/account/recovery-codes')
    assert.equal(shown.headers.get('cache-control'), 'no-store')
    assert.lengthOf(codesIn(await shown.text()), 10)
    for (const path of ['/account/recovery-codes', '/account/security', '/account']) {
      assert.lengthOf(codesIn(await pageOf(visitor, path)), 0, path)
    }
    const stored = JSON.stringify(await RecoveryCode.query().where('user_id', user.id))
    assert.lengthOf(codesIn(stored), 0)
  })

  test('stays off without the right code', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    await visitor.get('/account/authenticator')
    await user.refresh()
    const right = codeOf(user)
    const codes = ['', '000', 'abcdef', wrongCodeOf(user), `${right}0`, right.slice(1), "' or 1=1"]
    for (const code of codes) {
      const refused = await visitor.post('/account/authenticator', { code })
      assert.notEqual(refused.headers.get('location'), '/account/recovery-codes', code)
    }
    await user.refresh()
    assert.isNull(user.totpConfirmedAt)
    assert.lengthOf(await RecoveryCode.query().where('user_id', user.id), 0)
    assert.lengthOf(await actsOf(user, 'second_factor.enabled'), 0)
  })

  test('cannot be confirmed before it was proposed', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    await visitor.get('/account/security')
    await visitor.post('/account/authenticator', { code: '123456' })
    await user.refresh()
    assert.isNull(user.totpConfirmedAt)
    assert.isNull(user.totpSecret)
  })

  test('proposes the same secret to the browser that asked, and to no other', async ({
    assert,
  }) => {
    const { user, visitor } = await loggedIn()
    const first = secretIn(await pageOf(visitor, '/account/authenticator'))
    await visitor.post('/account/authenticator', { code: '000000' })
    assert.equal(secretIn(await pageOf(visitor, '/account/authenticator')), first)

    const other = new Visitor()
    await other.logIn(user)
    const second = secretIn(await pageOf(other, '/account/authenticator'))
    assert.notEqual(second, first)
    await visitor.post('/account/authenticator', { code: codeFor(first) })
    await user.refresh()
    assert.isNull(user.totpConfirmedAt)
    await other.post('/account/authenticator', { code: codeFor(second) })
    await user.refresh()
    assert.isNotNull(user.totpConfirmedAt)
  })

  test('confirmed many times at once is confirmed once', async ({ assert, client }) => {
    const user = await createUser()
    await client.get('/account/authenticator').loginAs(user)
    await user.refresh()
    const codes = [codeOf(user, -1), codeOf(user), codeOf(user, 1), codeOf(user)]
    await Promise.all(
      codes.map((code) =>
        client
          .post('/account/authenticator')
          .redirects(0)
          .loginAs(user)
          .withCsrfToken()
          .form({ code })
      )
    )
    assert.lengthOf(await RecoveryCode.query().where('user_id', user.id), 10)
    assert.lengthOf(await actsOf(user, 'second_factor.enabled'), 1)
  })

  test('that is on is not proposed anew', async ({ assert, client }) => {
    const user = await giveAuthenticator(await createUser())
    const secret = user.totpSecret!.reveal()
    const response = await client.get('/account/authenticator').redirects(0).loginAs(user)
    response.assertHeader('location', '/account/security')
    await user.refresh()
    assert.equal(user.totpSecret!.reveal(), secret)
  })

  test('turned off takes the codes with it that nothing needs any more', async ({
    assert,
    client,
  }) => {
    const user = await giveAuthenticator(await createUser())
    await issueRecoveryCodes(user)
    const turnOff = () =>
      client.delete('/account/authenticator').redirects(0).loginAs(user).withCsrfToken()
    await Promise.all([turnOff(), turnOff(), turnOff()])
    await user.refresh()
    assert.isNull(user.totpSecret)
    assert.isNull(user.totpConfirmedAt)
    assert.lengthOf(await RecoveryCode.query().where('user_id', user.id), 0)
    const acts = await actsOf(user, 'second_factor.disabled')
    assert.lengthOf(acts, 1)
    const login = await new Visitor().logIn(user)
    assert.equal(login.headers.get('location'), '/dashboard')
  })

  test('turned off leaves the codes to people with a passkey', async ({ assert, client }) => {
    const user = await giveAuthenticator(await createUser())
    await createPasskey(user)
    await issueRecoveryCodes(user)
    await client.delete('/account/authenticator').redirects(0).loginAs(user).withCsrfToken()
    assert.lengthOf(await RecoveryCode.query().where('user_id', user.id), 10)
  })

  test('is drawn as a code of plain shapes, without a script or an image of elsewhere', async ({
    assert,
  }) => {
    const { visitor } = await loggedIn()
    const page = await pageOf(visitor, '/account/authenticator')
    assert.match(page, /<svg class="qr-code"[^>]*>\s*<rect[^>]*\/>\s*<path class="qr-code__ink"/)
    assert.notInclude(page, 'otpauth:')
    assert.notInclude(page, 'data:image')
  })
})

test.group('Recovery codes', () => {
  test('are made anew on demand, and the former ones are void', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    await giveAuthenticator(user)
    const [former] = await issueRecoveryCodes(user)
    await visitor.get('/account/security')
    const response = await visitor.post('/account/recovery-codes')
    assert.equal(response.headers.get('location'), '/account/recovery-codes')
    const codes = codesIn(await pageOf(visitor, '/account/recovery-codes'))
    assert.isFalse(await useRecoveryCode(user, former))
    assert.isTrue(await useRecoveryCode(user, codes[0]))
    const [act] = await actsOf(user, 'recovery_codes.issued')
    assert.deepEqual(act.details, { count: 10 })
    assert.lengthOf(codesIn(JSON.stringify(act)), 0)
  })

  test('are counted on the page, with a warning when few are left', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    await giveAuthenticator(user)
    const codes = await issueRecoveryCodes(user)
    assert.include(await pageOf(visitor, '/account/security'), '10 left')
    for (const code of codes.slice(0, 7)) await useRecoveryCode(user, code)
    const three = await pageOf(visitor, '/account/security')
    assert.include(three, '3 left')
    assert.notInclude(three, 'Make new codes now')
    await useRecoveryCode(user, codes[7])
    assert.include(await pageOf(visitor, '/account/security'), 'Only 2 recovery codes left')
    for (const code of codes.slice(8)) await useRecoveryCode(user, code)
    assert.include(await pageOf(visitor, '/account/security'), 'You have no recovery codes left')
  })

  test('are not made for people who need none', async ({ assert, client }) => {
    const user = await createUser()
    await client.post('/account/recovery-codes').redirects(0).loginAs(user).withCsrfToken()
    assert.lengthOf(await RecoveryCode.query().where('user_id', user.id), 0)
  })

  test('can be had as a file, which nobody keeps', async ({ assert, client }) => {
    const user = await createUser()
    const codes = ['k7qf-2m9x-c4wd', 'abcd-efgh-2345']
    for (const lineBreak of ['\n', '\r\n']) {
      const response = await client
        .post('/account/recovery-codes/file')
        .redirects(0)
        .loginAs(user)
        .withCsrfToken()
        .form({ codes: codes.join(lineBreak) })
      response.assertStatus(200)
      assert.match(response.header('content-type')!, /^text\/plain/)
      assert.match(response.header('content-disposition')!, /^attachment; filename="[\w.-]+"$/)
      response.assertHeader('cache-control', 'no-store')
      response.assertHeader('x-content-type-options', 'nosniff')
      for (const text of [...codes, user.email]) assert.include(response.text(), text)
    }
  })

  test('as a file are codes and nothing else', async ({ assert, client }) => {
    const user = await createUser()
    const texts = [
      '<script>alert(1)</script>',
      'xyzzy',
      'k7qf-2m9x-c4wd\n<b>',
      'A'.repeat(9999),
      '',
    ]
    for (const codes of texts) {
      const response = await client
        .post('/account/recovery-codes/file')
        .redirects(0)
        .accept('html')
        .loginAs(user)
        .withCsrfToken()
        .form({ codes })
      response.assertStatus(302)
      if (codes) assert.notInclude(JSON.stringify(flashed(response)), codes.slice(0, 14))
    }
  })
})
