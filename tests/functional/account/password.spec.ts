import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import limiter from '@adonisjs/limiter/services/main'
import Activity from '#app/activity/models/activity'
import SignIn from '#app/auth/models/sign_in'
import User from '#app/users/models/user'
import { flashed } from '#tests/support/flashed'
import { NOT_STRINGS, PAYLOADS } from '#tests/support/payload_corpus'
import { createSignIn } from '#tests/support/signed_in'
import { createUser, PASSWORD } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const NEW = 'a hedgehog likes rain'

/** A person in a browser of their own. */
async function loggedIn(values: Partial<User> = {}) {
  const user = await createUser(values)
  const visitor = new Visitor()
  await visitor.logIn(user)
  await visitor.get('/account/password')
  return { user, visitor }
}

const change = (visitor: Visitor, fields: Record<string, string>) =>
  visitor.post('/account/password?_method=PUT', fields)

async function canLogIn(user: User, password: string) {
  const response = await new Visitor().logIn(user, password)
  return response.headers.get('location') === '/dashboard'
}

const openOf = (user: User) => SignIn.query().where('user_id', user.id).whereNull('ended_at')

test.group('Password', (group) => {
  group.each.setup(() => limiter.clear())

  test('is changed by who knows the present one, and logs out every other browser', async ({
    assert,
  }) => {
    const { user, visitor } = await loggedIn()
    const other = new Visitor()
    await other.logIn(user)
    await createSignIn(user)
    await db.table('password_resets').insert({
      token_hash: user.id.padEnd(64, 'x'),
      user_id: user.id,
      expires_at: Date.now() + 60_000,
      created_at: Date.now(),
    })
    const kept = visitor.cookie('muster_session')
    const response = await change(visitor, { currentPassword: PASSWORD, password: NEW })
    assert.equal(response.headers.get('location'), '/account/security')

    const stranger = await other.get('/account')
    assert.equal(stranger.headers.get('location'), '/login')
    assert.equal((await visitor.get('/account')).status, 200)
    assert.notEqual(visitor.cookie('muster_session'), kept)
    assert.lengthOf(await openOf(user), 1)
    assert.isNull(await db.from('password_resets').where('user_id', user.id).first())
    assert.isTrue(await canLogIn(user, NEW))
    assert.isFalse(await canLogIn(user, PASSWORD))
    const act = await Activity.acrossTeams()
      .where({ subjectId: user.id, action: 'password.changed' })
      .firstOrFail()
    assert.deepEqual(act.details, { sessionsEnded: 2 })
    assert.notInclude(JSON.stringify(act), NEW)
  })

  test('stays for who does not know it, and nobody is logged out', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    await createSignIn(user)
    await change(visitor, { currentPassword: 'a wrong password', password: NEW })
    const page = await (await visitor.get('/account/password')).text()
    assert.include(page, 'not your present password')
    assert.notInclude(page, 'a wrong password')
    assert.lengthOf(await openOf(user), 2)
    assert.isTrue(await canLogIn(user, PASSWORD))
  })

  test('is not guessed: after five wrong ones even the right one is refused', async ({
    assert,
  }) => {
    const { user, visitor } = await loggedIn()
    for (let guess = 1; guess <= 5; guess++) {
      await change(visitor, { currentPassword: `guess number ${guess}`, password: NEW })
    }
    await change(visitor, { currentPassword: PASSWORD, password: NEW })
    assert.include(await (await visitor.get('/account/password')).text(), 'Too many attempts')
    const stored = await User.findOrFail(user.id)
    assert.equal(stored.password, user.password)
  })

  test('is not guessed by many guesses at once either', async ({ assert, client }) => {
    const user = await createUser()
    const guesses = Array.from({ length: 12 }, (_, number) => ({
      currentPassword: number === 11 ? PASSWORD : `guess number ${number}`,
      password: NEW,
    }))
    for (const guess of guesses.slice(0, 3)) {
      await client.put('/account/password').redirects(0).loginAs(user).withCsrfToken().form(guess)
    }
    await Promise.all(
      guesses
        .slice(3)
        .map((guess) =>
          client.put('/account/password').redirects(0).loginAs(user).withCsrfToken().form(guess)
        )
    )
    const stored = await User.findOrFail(user.id)
    assert.equal(stored.password, user.password)
  })

  test('is not {what}')
    .with([
      { what: 'the present one', password: PASSWORD, says: 'your present password' },
      { what: 'a common one', password: 'password1234', says: 'among the first' },
      { what: 'a name', password: 'AdaLovelace1815', says: 'your name or address' },
      { what: 'a short one', password: 'too short', says: 'at least 12' },
      { what: 'a huge one', password: 'x'.repeat(201), says: 'not be greater than 200' },
      { what: 'nothing', password: '', says: 'must be defined' },
    ])
    .run(async ({ assert, client }, { password, says }) => {
      const user = await createUser({ fullName: 'Ada Lovelace' })
      const response = await client
        .put('/account/password')
        .redirects(0)
        .loginAs(user)
        .withCsrfToken()
        .form({ currentPassword: PASSWORD, password })
      assert.include(JSON.stringify(response.flashMessage('inputErrorsBag')), says)
      assert.notInclude(JSON.stringify(flashed(response)), PASSWORD)
      const stored = await User.findOrFail(user.id)
      assert.equal(stored.password, user.password)
    })

  test('changed twice at once is changed once', async ({ assert, client }) => {
    const user = await createUser()
    const wanted = Array.from({ length: 4 }, (_, number) => `${NEW} ${number}`)
    await Promise.all(
      wanted.map((password) =>
        client
          .put('/account/password')
          .redirects(0)
          .loginAs(user)
          .withCsrfToken()
          .form({ currentPassword: PASSWORD, password })
      )
    )
    const acts = await Activity.acrossTeams().where({
      subjectId: user.id,
      action: 'password.changed',
    })
    assert.lengthOf(acts, 1)
    const works = await Promise.all(wanted.map((password) => canLogIn(user, password)))
    assert.lengthOf(works.filter(Boolean), 1)
  })

  test('is any text that is long enough, exactly as it was typed', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    let currentPassword = PASSWORD
    for (const payload of PAYLOADS.filter(({ length }) => length > 0 && length < 100)) {
      const password = `hedgehog ${payload} likes rain`
      await change(visitor, { currentPassword, password })
      const stored = await User.findOrFail(user.id)
      assert.isTrue(await stored.verifyPassword(password), JSON.stringify(payload))
      currentPassword = password
    }
  }).timeout(90_000)

  test('that is no text is refused', async ({ assert, client }) => {
    const user = await createUser()
    for (const value of NOT_STRINGS) {
      for (const field of ['currentPassword', 'password']) {
        const response = await client
          .put('/account/password')
          .redirects(0)
          .accept('html')
          .loginAs(user)
          .withCsrfToken()
          .unsafeJson({ currentPassword: PASSWORD, password: NEW, [field]: value })
        response.assertStatus(302)
      }
    }
    const stored = await User.findOrFail(user.id)
    assert.equal(stored.password, user.password)
  })
})
