import { test } from '@japa/runner'
import Activity from '#app/activity/models/activity'
import Passkey from '#app/auth/models/passkey'
import RecoveryCode from '#app/auth/models/recovery_code'
import { issueRecoveryCodes } from '#app/auth/second_factor/recovery_codes'
import type User from '#app/users/models/user'
import { NUL_PAYLOADS, PAYLOADS } from '#tests/support/payload_corpus'
import { movePanelToLocalhost } from '#tests/support/second_factor'
import { SoftPasskey } from '#tests/support/soft_passkey'
import { createPasskey, createUser } from '#tests/support/tenants'
import { Visitor } from '#tests/support/visitor'

const passkeysOf = (user: User) => Passkey.query().where('user_id', user.id).orderBy('id')
const codesOf = (user: User) => RecoveryCode.query().where('user_id', user.id)
const actsOf = (user: User, action: string) =>
  Activity.acrossTeams().where({ actorId: user.id, action })

test.group('Passkeys', (group) => {
  let origin: string

  group.setup(async () => {
    const moved = await movePanelToLocalhost()
    origin = moved.origin
    return () => moved.back()
  })

  async function loggedIn() {
    const user = await createUser()
    const visitor = new Visitor()
    await visitor.logIn(user)
    await visitor.get('/account/passkeys/new')
    return { user, visitor }
  }

  /** Goes through the ceremony as the page's script does. */
  async function add(visitor: Visitor, name = 'Laptop') {
    const options = await visitor.post('/account/passkeys/options')
    const response = new SoftPasskey(origin).create(await options.json())
    return visitor.post('/account/passkeys', { name, response })
  }

  test('are added with a name, the first one with recovery codes', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    const first = await add(visitor)
    assert.equal(first.headers.get('location'), '/account/recovery-codes')
    const page = await (await visitor.get('/account/recovery-codes')).text()
    assert.lengthOf([...new Set(page.match(/\b[a-z0-9]{4}(?:-[a-z0-9]{4}){2}\b/g))], 10)
    const hashes = (await codesOf(user)).map(({ codeHash }) => codeHash)

    const second = await add(visitor, 'Phone')
    assert.equal(second.headers.get('location'), '/account/security')
    assert.deepEqual(
      (await codesOf(user)).map(({ codeHash }) => codeHash),
      hashes
    )
    const names = (await passkeysOf(user)).map(({ name }) => name)
    assert.deepEqual(names, ['Laptop', 'Phone'])
    assert.lengthOf(await actsOf(user, 'passkey.added'), 2)
    assert.lengthOf(await actsOf(user, 'recovery_codes.issued'), 1)
    const list = await (await visitor.get('/account/security')).text()
    for (const name of names) assert.include(list, name)
  })

  test('are not added without a challenge of this session', async ({ assert }) => {
    const { user, visitor } = await loggedIn()
    const other = await loggedIn()
    const options = await other.visitor.post('/account/passkeys/options')
    const response = new SoftPasskey(origin).create(await options.json())
    await visitor.post('/account/passkeys', { name: 'Laptop', response })
    assert.lengthOf(await passkeysOf(user), 0)
    await visitor.post('/account/passkeys/options')
    await visitor.post('/account/passkeys', { name: 'Laptop', response })
    assert.lengthOf(await passkeysOf(user), 0)
    assert.lengthOf(await codesOf(user), 0)
    assert.lengthOf(await passkeysOf(other.user), 0)
  })

  test('have names of every kind as they are, shown as text', async ({ assert, client }) => {
    const user = await createUser()
    const passkey = await createPasskey(user)
    for (const text of [...PAYLOADS, ...NUL_PAYLOADS, '<script>alert(1)</script>']) {
      const before = passkey.name
      const response = await client
        .put(`/account/passkeys/${passkey.id}`)
        .redirects(0)
        .accept('html')
        .loginAs(user)
        .withCsrfToken()
        .unsafeForm({ name: text })
      response.assertStatus(302)
      await passkey.refresh()
      const refused = Boolean(response.flashMessages().inputErrorsBag)
      assert.equal(passkey.name, refused ? before : text)
    }
    for (const path of ['/account/security', `/account/passkeys/${passkey.id}/edit`]) {
      const page = await client.get(path).loginAs(user)
      page.assertStatus(200)
      assert.notInclude(page.text(), '<script>alert')
      assert.include(page.text(), '&lt;script&gt;alert(1)')
    }
  }).timeout(60_000)

  test('are renamed with a record of both names', async ({ assert, client }) => {
    const user = await createUser()
    const passkey = await createPasskey(user, { name: 'Laptop' })
    for (const name of ['Phone', 'Phone']) {
      const request = client.put(`/account/passkeys/${passkey.id}`).loginAs(user).withCsrfToken()
      await request.form({ name })
    }
    const acts = await actsOf(user, 'passkey.renamed')
    assert.lengthOf(acts, 1)
    assert.containSubset(acts[0], { subjectId: passkey.id, subjectName: 'Phone' })
    assert.deepEqual(acts[0].details, { from: 'Laptop', to: 'Phone' })
  })

  test('of other people are not there', async ({ assert, client }) => {
    const [user, other] = [await createUser(), await createUser()]
    const passkey = await createPasskey(other)
    await issueRecoveryCodes(other)
    const trials = [
      ['GET', `/account/passkeys/${passkey.id}/edit`],
      ['PUT', `/account/passkeys/${passkey.id}`],
      ['DELETE', `/account/passkeys/${passkey.id}`],
      ['DELETE', '/account/passkeys/01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ]
    for (const [method, path] of trials) {
      const request = client.request(path, method).redirects(0).accept('html').loginAs(user)
      if (method !== 'GET') request.withCsrfToken().form({ name: 'Mine' })
      const response = await request
      assert.equal(response.status(), 404, `${method} ${path}`)
      assert.notInclude(response.text(), passkey.name)
    }
    const stored = await Passkey.findOrFail(passkey.id)
    assert.equal(stored.name, passkey.name)
    assert.lengthOf(await codesOf(other), 10)
  })

  test('are removed once, the last one with the codes that nothing needs', async ({
    assert,
    client,
  }) => {
    const user = await createUser()
    const passkeys = [await createPasskey(user), await createPasskey(user)]
    await issueRecoveryCodes(user)
    const remove = ({ id }: Passkey) =>
      client
        .delete(`/account/passkeys/${id}`)
        .redirects(0)
        .accept('html')
        .loginAs(user)
        .withCsrfToken()
    await Promise.all([remove(passkeys[0]), remove(passkeys[0]), remove(passkeys[0])])
    assert.lengthOf(await passkeysOf(user), 1)
    assert.lengthOf(await codesOf(user), 10)
    assert.lengthOf(await actsOf(user, 'passkey.removed'), 1)
    await remove(passkeys[1])
    assert.lengthOf(await codesOf(user), 0)
    const again = await remove(passkeys[1])
    again.assertStatus(404)
  })
})

test.group('Passkeys of a panel without a host name or https', () => {
  test('cannot be added, and the pages say why', async ({ assert, client }) => {
    const user = await createUser()
    for (const path of ['/account/passkeys/new', '/account/security']) {
      const page = await client.get(path).loginAs(user)
      page.assertStatus(200)
      assert.include(page.text(), 'This panel can have no passkeys yet')
      assert.notInclude(page.text(), 'x-data="passkey"')
    }
    const options = await client
      .post('/account/passkeys/options')
      .accept('json')
      .loginAs(user)
      .withCsrfToken()
    options.assertStatus(422)
  })
})
