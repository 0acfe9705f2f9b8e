import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import Activity from '#app/activity/models/activity'
import SignIn from '#app/auth/models/sign_in'
import { passwordTag, PENDING_KEY } from '#app/auth/pending_sign_in'
import { issueRecoveryCodes, recoveryCodesLeft } from '#app/auth/second_factor/recovery_codes'
import type User from '#app/users/models/user'
import { DateTime } from 'luxon'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import {
  acceptableFields,
  allRoutes,
  isApi,
  isPublic,
  pathOf,
} from '#tests/support/route_catalogue'
import { codeOf, giveAuthenticator, wrongCodeOf } from '#tests/support/second_factor'
import {
  createBelongings,
  createMember,
  createTenant,
  type Belongings,
  type Tenant,
} from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const STEP = '/login/second-factor'

const pending = (user: User, values = {}) => ({
  [PENDING_KEY]: {
    ...{ userId: user.id, at: Date.now(), method: 'password', passwordTag: passwordTag(user) },
    ...values,
  },
})

async function expectInside(visitor: Visitor) {
  const dashboard = await visitor.get('/dashboard')
  return dashboard.status === 200
}

test.group('Second step of logging in', (group) => {
  let tenant: Tenant
  let user: User
  let visitor: Visitor

  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.setup(async () => {
    await limiter.clear()
    user = await giveAuthenticator(await createMember(tenant.team, 'admin'))
    visitor = new Visitor()
  })

  test('is asked for after the password, and leads in by a code', async ({ assert }) => {
    const first = await visitor.logIn(user)
    assert.equal(first.headers.get('location'), STEP)
    assert.isFalse(await expectInside(visitor))
    assert.equal(await SignIn.query().where('user_id', user.id).first(), null)

    const page = await visitor.get(STEP)
    assert.include(await page.text(), 'name="code"')
    const response = await visitor.post(STEP, { code: codeOf(user) })
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.isTrue(await expectInside(visitor))
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    assert.equal(signIn.method, 'password')
    assert.equal(signIn.secondFactor, 'totp')
  })

  test('takes codes with spaces, and of the step before and after', async ({ assert }) => {
    for (const steps of [-1, 0, 1]) {
      await user.merge({ totpLastStep: null }).save()
      const each = new Visitor()
      await each.logIn(user)
      const code = codeOf(user, steps).replace(/^(...)/, '$1 ')
      const response = await each.post(STEP, { code: ` ${code} ` })
      assert.equal(response.headers.get('location'), '/dashboard', String(steps))
    }
  })

  test('refuses codes of other times and what is no code', async ({ assert }) => {
    for (const code of [codeOf(user, -2), codeOf(user, 2), '', 'abcdef', `${codeOf(user)}0`]) {
      await limiter.clear()
      const each = new Visitor()
      await each.logIn(user)
      await each.post(STEP, { code })
      assert.isFalse(await expectInside(each), code)
    }
  })

  test('is not asked for while the authenticator is only proposed', async ({ assert }) => {
    await user.merge({ totpConfirmedAt: null }).save()
    const response = await visitor.logIn(user)
    assert.equal(response.headers.get('location'), '/dashboard')
    assert.isTrue(await expectInside(visitor))
  })

  test('takes a code once, and none that is older', async ({ assert }) => {
    const code = codeOf(user)
    await visitor.logIn(user)
    const first = await visitor.post(STEP, { code })
    assert.equal(first.headers.get('location'), '/dashboard')
    for (const again of [code, codeOf(user, -1)]) {
      const other = new Visitor()
      await other.logIn(user)
      const response = await other.post(STEP, { code: again })
      assert.equal(response.headers.get('location'), STEP)
      assert.isFalse(await expectInside(other))
    }
  })

  test('lets one of several in who give the same code at once', async ({ assert }) => {
    const visitors = Array.from({ length: 4 }, () => new Visitor())
    for (const each of visitors) await each.logIn(user)
    const code = codeOf(user)
    await Promise.all(visitors.map((each) => each.post(STEP, { code })))
    const inside = await Promise.all(visitors.map(expectInside))
    assert.lengthOf(inside.filter(Boolean), 1)
  })

  test('leads in by a recovery code, each once, however it is typed', async ({ assert }) => {
    const [code] = await issueRecoveryCodes(user)
    await visitor.logIn(user)
    const typed = ` ${code.toUpperCase().replaceAll('-', ' ')} `
    const response = await visitor.post(STEP, { code: typed })
    assert.equal(response.headers.get('location'), '/dashboard')
    const dashboard = await visitor.get('/dashboard')
    assert.include(await dashboard.text(), 'Recovery codes left: 9')
    assert.equal(await recoveryCodesLeft(user), 9)
    const signIn = await SignIn.query().where('user_id', user.id).firstOrFail()
    assert.equal(signIn.secondFactor, 'recovery')
    const acts = await Activity.acrossTeams().where('subject_id', user.id)
    const used = acts.find(({ action }) => action === 'second_factor.used_recovery_code')
    assert.deepEqual(used?.details, { left: 9 })

    const other = new Visitor()
    await other.logIn(user)
    await other.post(STEP, { code })
    assert.isFalse(await expectInside(other))
  })

  test('lets one of several in who give the same recovery code at once', async ({ assert }) => {
    const [code] = await issueRecoveryCodes(user)
    const visitors = Array.from({ length: 4 }, () => new Visitor())
    for (const each of visitors) await each.logIn(user)
    await Promise.all(visitors.map((each) => each.post(STEP, { code })))
    const inside = await Promise.all(visitors.map(expectInside))
    assert.lengthOf(inside.filter(Boolean), 1)
    assert.equal(await recoveryCodesLeft(user), 9)
  })

  test('takes no recovery code of another person', async ({ assert }) => {
    const [code] = await issueRecoveryCodes(tenant.owner)
    await visitor.logIn(user)
    await visitor.post(STEP, { code })
    assert.isFalse(await expectInside(visitor))
  })

  test('ends with the fifth wrong code, also of guesses made at once', async ({ assert }) => {
    await visitor.logIn(user)
    for (let guess = 1; guess <= 4; guess++) {
      const wrong = await visitor.post(STEP, { code: wrongCodeOf(user) })
      assert.equal(wrong.headers.get('location'), STEP)
    }
    const fifth = await visitor.post(STEP, { code: wrongCodeOf(user) })
    assert.equal(fifth.headers.get('location'), '/login')
    const page = await visitor.get('/login')
    assert.include(await page.text(), 'Too many wrong codes')
    const over = await visitor.post(STEP, { code: codeOf(user) })
    assert.equal(over.headers.get('location'), '/login')

    const again = new Visitor()
    await again.logIn(user)
    await again.post(STEP, { code: codeOf(user) })
    assert.isFalse(await expectInside(again))
  })

  test('counts guesses made at once', async ({ assert }) => {
    const visitors = Array.from({ length: 8 }, () => new Visitor())
    for (const each of visitors) await each.logIn(user)
    const wrong = wrongCodeOf(user)
    await Promise.all(visitors.map((each) => each.post(STEP, { code: wrong })))
    const late = new Visitor()
    await late.logIn(user)
    const response = await late.post(STEP, { code: codeOf(user) })
    assert.equal(response.headers.get('location'), '/login')
  })

  test('leads to the page that was asked for', async ({ assert }) => {
    await visitor.get('/servers?status=reachable')
    await visitor.post('/login', { email: user.email, password: 'a long enough password' })
    const response = await visitor.post(STEP, { code: codeOf(user) })
    assert.equal(response.headers.get('location'), '/servers?status=reachable')
  })

  test('has another identifier before, between and after', async ({ assert }) => {
    await visitor.get('/login')
    const identifiers = [visitor.cookie('muster_session')]
    await visitor.logIn(user)
    identifiers.push(visitor.cookie('muster_session'))
    await visitor.post(STEP, { code: codeOf(user) })
    identifiers.push(visitor.cookie('muster_session'))
    assert.lengthOf(new Set(identifiers), 3)
    for (const former of identifiers.slice(0, 2)) {
      const other = await new Visitor().get('/dashboard', {
        headers: { cookie: `muster_session=${former}` },
      })
      assert.equal(other.headers.get('location'), '/login')
    }
  })

  test('is over after ten minutes, and for someone deactivated meanwhile', async ({
    assert,
    client,
  }) => {
    const late = pending(user, { at: Date.now() - 10 * 60_000 - 1000 })
    const request = client.post(STEP).redirects(0).withCsrfToken().withSession(late)
    const response = await request.form({ code: codeOf(user) })
    response.assertHeader('location', '/login')

    await user.merge({ deactivatedAt: DateTime.utc() }).save()
    const gone = client.post(STEP).redirects(0).withCsrfToken().withSession(pending(user))
    const refused = await gone.form({ code: codeOf(user) })
    refused.assertHeader('location', '/login')
    assert.isNull(await SignIn.query().where('user_id', user.id).first())
  })

  test('is not there for people who owe none', async ({ assert }) => {
    const page = await visitor.get(STEP)
    assert.equal(page.headers.get('location'), '/login')
    const posted = await visitor.post(STEP, { code: codeOf(user) })
    assert.equal(posted.headers.get('location'), '/login')
  })

  test('never fails, whatever is given for a code', async ({ assert }) => {
    await visitor.logIn(user)
    for (const code of [...PAYLOADS, ...NUL_PAYLOADS]) {
      await limiter.clear()
      const response = await visitor.post(STEP, { code })
      assert.equal(response.status, 302, code.slice(0, 60))
    }
    assert.isFalse(await expectInside(visitor))
  })

  test('never shows a code that was typed again', async ({ assert }) => {
    const [code] = await issueRecoveryCodes(user)
    await visitor.logIn(user)
    await visitor.post(STEP, { code: `${code}x` })
    const page = await visitor.get(STEP)
    const text = await page.text()
    assert.include(text, 'not right')
    assert.notInclude(text, code)
  })
})

test.group('A sign-in that owes a second factor', (group) => {
  let belongings: Belongings
  let user: User

  group.setup(async () => {
    const tenant = await createTenant()
    belongings = await createBelongings(tenant)
    user = await giveAuthenticator(tenant.owner)
  })

  test('S7: counts as nobody at {method} {pattern}')
    .with(() => allRoutes().filter((route) => !isPublic(route) && !isApi(route)))
    .run(async ({ assert, client }, route) => {
      const before = await databaseSnapshot()
      const request = client.request(pathOf(route, belongings), route.method)
      request.redirects(0).accept('application/json').withCsrfToken().withSession(pending(user))
      if (route.method !== 'GET') request.unsafeForm(acceptableFields(route, belongings))
      const response = await request
      response.assertStatus(401)
      assert.deepEqual(await databaseSnapshot(), before)
    })

  test('S7: made by logging in counts as nobody too', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.logIn(user)
    for (const path of ['/dashboard', '/servers', '/confirm', '/account']) {
      const response = await visitor.get(path, { headers: { accept: 'application/json' } })
      assert.include([401, 404], response.status, path)
    }
    const kept = await visitor.get('/login')
    assert.equal(kept.status, 200)
  })
})

test.group('Deactivated people', (group) => {
  let user: User

  group.setup(async () => {
    const { team } = await createTenant()
    user = await createMember(team, 'viewer')
    await user.merge({ deactivatedAt: DateTime.utc() }).save()
  })
  group.each.setup(() => limiter.clear())

  test('are told so after the right password', async ({ assert }) => {
    const visitor = new Visitor()
    const response = await visitor.logIn(user)
    assert.equal(response.headers.get('location'), '/login')
    const page = await visitor.get('/login')
    assert.include(await page.text(), 'deactivated')
    assert.isNull(await SignIn.query().where('user_id', user.id).first())
  })

  test('are told what everybody is told after a wrong one', async ({ assert }) => {
    const visitor = new Visitor()
    await visitor.logIn(user, 'a wrong password')
    const page = await visitor.get('/login')
    const text = await page.text()
    assert.include(text, 'do not match')
    assert.notInclude(text, 'deactivated')
  })
})
