import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { issueSetupToken } from '#app/auth/setup_token'
import Membership from '#app/teams/models/membership'
import User from '#app/users/models/user'
import { databaseSnapshot, emptyDatabase } from '#tests/support/database_snapshot'
import { createTenant } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const claim = (token: string, email = 'ada@example.com') => ({
  token,
  fullName: 'Ada Lovelace',
  teamName: 'Engines',
  email,
  password: 'a long enough password',
})

test.group('Claiming a fresh panel', (group) => {
  group.each.setup(() => emptyDatabase())

  test('shows the form to the holder of the token', async ({ assert }) => {
    const token = await issueSetupToken()
    const response = await new Visitor().get(`/setup?token=${token}`)
    assert.equal(response.status, 200)
    assert.include(await response.text(), 'name="fullName"')
  })

  test('makes the first owner, who is logged in and owns a team', async ({ assert }) => {
    const token = await issueSetupToken()
    const visitor = new Visitor()
    await visitor.get(`/setup?token=${token}`)
    const response = await visitor.post('/setup', claim(token, 'Ada@Example.com'))
    assert.equal(response.status, 302)
    assert.equal(response.headers.get('location'), '/dashboard')

    const user = await User.query().firstOrFail()
    const membership = await Membership.query().preload('team').firstOrFail()
    assert.equal(user.email, 'ada@example.com')
    assert.equal(user.fullName, 'Ada Lovelace')
    assert.notInclude(user.password, 'long enough')
    assert.equal(membership.userId, user.id)
    assert.equal(membership.role, 'owner')
    assert.equal(membership.team.name, 'Engines')
    const dashboard = await visitor.get('/dashboard')
    assert.equal(dashboard.status, 200)
    const inAgain = await new Visitor().logIn(user)
    assert.equal(inAgain.headers.get('location'), '/dashboard')
  })

  test('keeps only a hash of the token', async ({ assert }) => {
    const token = await issueSetupToken()
    const rows = await db.from('setup_tokens')
    assert.lengthOf(rows, 1)
    assert.notInclude(JSON.stringify(rows), token)
  })

  test('is not there without the right token', async ({ assert }) => {
    const token = await issueSetupToken()
    const before = await databaseSnapshot()
    const visitor = new Visitor()
    const wrong = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const query of ['', '?token=', `?token=${wrong}`, '?token[]=a', `?token[]=${token}`]) {
      const response = await visitor.get(`/setup${query}`)
      assert.equal(response.status, 404, query)
    }
    for (const given of ['', wrong]) {
      const response = await visitor.post('/setup', claim(given))
      assert.equal(response.status, 404)
    }
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('is over once it happened', async ({ assert }) => {
    const token = await issueSetupToken()
    const visitor = new Visitor()
    await visitor.get(`/setup?token=${token}`)
    await visitor.post('/setup', claim(token))
    const before = await databaseSnapshot()
    const other = new Visitor()
    const again = await other.post('/setup', claim(token, 'eve@example.com'))
    assert.equal(again.status, 404)
    const page = await other.get(`/setup?token=${token}`)
    assert.equal(page.status, 404)
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('never begins on a panel that has people', async ({ assert }) => {
    await createTenant()
    const token = await issueSetupToken()
    const before = await databaseSnapshot()
    const visitor = new Visitor()
    const page = await visitor.get(`/setup?token=${token}`)
    assert.equal(page.status, 404)
    const claimed = await visitor.post('/setup', claim(token))
    assert.equal(claimed.status, 404)
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('forgets earlier tokens when a new one is printed', async ({ assert }) => {
    const earlier = await issueSetupToken()
    const later = await issueSetupToken()
    const visitor = new Visitor()
    const old = await visitor.get(`/setup?token=${earlier}`)
    assert.equal(old.status, 404)
    const fresh = await visitor.get(`/setup?token=${later}`)
    assert.equal(fresh.status, 200)
  })

  test('lets one of several win who claim it at once', async ({ assert }) => {
    const token = await issueSetupToken()
    const visitors = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const visitor = new Visitor()
        await visitor.get(`/setup?token=${token}`)
        return { visitor, email: `claimer-${number}@example.com` }
      })
    )
    const responses = await Promise.all(
      visitors.map(({ visitor, email }) => visitor.post('/setup', claim(token, email)))
    )
    const statuses = responses.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [302, 404, 404, 404])
    assert.lengthOf(await User.all(), 1)
    assert.lengthOf(await Membership.all(), 1)
  })

  test('gives back what was typed, but no password, when a field is refused', async ({
    assert,
  }) => {
    const token = await issueSetupToken()
    const visitor = new Visitor()
    await visitor.get(`/setup?token=${token}`)
    const before = await databaseSnapshot()
    const refused = await visitor.post(
      '/setup',
      { ...claim(token), password: 'shortpass' },
      { headers: { referer: `${process.env.APP_URL}/setup?token=${token}` } }
    )
    assert.equal(refused.status, 302)
    assert.deepEqual(await databaseSnapshot(), before)
    const location = new URL(refused.headers.get('location')!, process.env.APP_URL)
    const response = await visitor.get(location.pathname + location.search)
    const page = await response.text()
    assert.include(page, 'Ada Lovelace')
    assert.include(page, '12 characters')
    assert.notInclude(page, 'shortpass')
  })
})
