import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import SignIn from '#app/auth/models/sign_in'
import type User from '#app/users/models/user'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import { createSignIn } from '#tests/support/signed_in'
import { createUser } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

async function browserOf(user: User) {
  const visitor = new Visitor()
  await visitor.logIn(user)
  return visitor
}

const newest = (user: User) =>
  SignIn.query().where('user_id', user.id).orderBy('id', 'desc').firstOrFail()

const end = (visitor: Visitor, path: string) => visitor.post(`${path}?_method=DELETE`)

const revocations = (user: User) =>
  Activity.acrossTeams().where({ subjectId: user.id, action: 'session.revoked' })

test.group('Sessions', () => {
  test('are shown with device, address and way in, ended ones and those of others not', async ({
    assert,
  }) => {
    const user = await createUser()
    const visitor = await browserOf(user)
    const old = DateTime.utc().minus({ days: 15 })
    await createSignIn(user, { address: '203.0.113.1', method: 'passkey' })
    await createSignIn(user, { address: '203.0.113.2', secondFactor: 'totp' })
    await createSignIn(user, { address: '203.0.113.3', endedAt: DateTime.utc() })
    await createSignIn(user, { address: '203.0.113.4', seenAt: old })
    await createSignIn(await createUser(), { address: '203.0.113.5' })
    const page = await (await visitor.get('/account/sessions')).text()
    for (const text of ['203.0.113.1', '203.0.113.2', 'Firefox on Linux', 'This browser']) {
      assert.include(page, text)
    }
    assert.include(page, 'Password and authenticator app')
    assert.include(page, 'Passkey')
    for (const number of [3, 4, 5]) assert.notInclude(page, `203.0.113.${number}`)
    assert.equal(page.match(/This browser/g)?.length, 1)
  })

  test('of other browsers end at once', async ({ assert }) => {
    const user = await createUser()
    const other = await browserOf(user)
    const { id } = await newest(user)
    const visitor = await browserOf(user)
    assert.equal((await other.get('/account')).status, 200)

    await visitor.get('/account/sessions')
    const response = await end(visitor, `/account/sessions/${id}`)
    assert.equal(response.headers.get('location'), '/account/sessions')
    const stranger = await other.get('/account')
    assert.equal(stranger.headers.get('location'), '/login')
    assert.equal((await visitor.get('/account')).status, 200)
    const [act, ...more] = await revocations(user)
    assert.lengthOf(more, 0)
    assert.containSubset(act.details, { signIn: id })
  })

  test('of other people are not there to be ended', async ({ assert, client }) => {
    const [user, other] = [await createUser(), await createUser()]
    const signIn = await createSignIn(other)
    for (const id of [signIn.id, '01ARZ3NDEKTSV4RRFFQ69G5FAV', 'x', '%00', "'"]) {
      const response = await client
        .delete(`/account/sessions/${encodeURIComponent(id)}`)
        .redirects(0)
        .accept('html')
        .loginAs(user)
        .withCsrfToken()
      response.assertStatus(404)
    }
    await signIn.refresh()
    assert.isNull(signIn.endedAt)
    assert.lengthOf(await revocations(other), 0)
    assert.lengthOf(await revocations(user), 0)
  })

  test('ended twice at once are on record once', async ({ assert, client }) => {
    const user = await createUser()
    const signIn = await createSignIn(user)
    const responses = await Promise.all(
      Array.from({ length: 5 }, () =>
        client
          .delete(`/account/sessions/${signIn.id}`)
          .redirects(0)
          .accept('html')
          .loginAs(user)
          .withCsrfToken()
      )
    )
    for (const response of responses) response.assertHeader('location', '/account/sessions')
    assert.lengthOf(await revocations(user), 1)
  })

  test('can all be ended but the present one', async ({ assert }) => {
    const user = await createUser()
    const bystander = await createSignIn(await createUser())
    const others = [await browserOf(user), await browserOf(user)]
    const visitor = await browserOf(user)
    await visitor.get('/account/sessions')
    await end(visitor, '/account/sessions')
    for (const other of others) {
      const response = await other.get('/dashboard')
      assert.equal(response.headers.get('location'), '/login')
    }
    assert.equal((await visitor.get('/account')).status, 200)
    await bystander.refresh()
    assert.isNull(bystander.endedAt)
    const [act] = await revocations(user)
    assert.deepEqual(act.details, { others: 2 })
    await end(visitor, '/account/sessions')
    assert.lengthOf(await revocations(user), 1)
  })

  test('ended by their own browser end there', async ({ assert }) => {
    const user = await createUser()
    const visitor = await browserOf(user)
    const { id } = await newest(user)
    await visitor.get('/account/sessions')
    await end(visitor, `/account/sessions/${id}`)
    const stranger = await visitor.get('/account')
    assert.equal(stranger.headers.get('location'), '/login')
  })

  test('show what browsers say of themselves as text', async ({ assert, client }) => {
    const user = await createUser()
    for (const text of [...PAYLOADS, ...NUL_PAYLOADS, '<script>alert(1)</script>']) {
      await createSignIn(user, { userAgent: text.toWellFormed().slice(0, 400) })
    }
    const page = await client.get('/account/sessions').loginAs(user)
    page.assertStatus(200)
    assert.notMatch(page.text(), /<script>alert|<img|onerror="/)
    assert.include(page.text(), '&lt;script&gt;alert(1)')
  })
})
