import { test } from '@japa/runner'
import type { ApiClient } from '@japa/api-client'
import { RemoteError } from '#engine/ssh/errors'
import { fingerprint } from '#engine/ssh/host_key'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { sh } from '#engine/shell/command'
import Activity from '#app/activity/models/activity'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { flashed } from '#tests/support/flashed'
import {
  createBelongings,
  createGroup,
  createServer,
  createTag,
  createTenant,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'

test.group('Changing servers', (specs) => {
  let tenant: Tenant
  let fake: FakeServerRemotes
  let client: ApiClient

  specs.each.setup(async (current) => {
    tenant = await createTenant()
    client = current.context.client
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  const reload = ({ id }: Server) => Server.acrossTeams().where('id', id).firstOrFail()
  const latest = async () => {
    const row = await Activity.within(tenant.scope).orderBy('sequence', 'desc').firstOrFail()
    return row.serialize()
  }
  const send = (method: 'POST' | 'PUT' | 'DELETE', path: string, fields: object = {}) =>
    client
      .request(path, method)
      .redirects(0)
      .accept('text/html' as 'html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .unsafeForm(fields as Record<string, string>)
  const errorsOf = (response: Awaited<ReturnType<typeof send>>) =>
    response.flashMessages().inputErrorsBag as Record<string, string[]> | undefined
  const page = async (path: string) => {
    const response = await client.get(path).loginAs(tenant.owner)
    response.assertStatus(200)
    return response.text()
  }
  const address = { host: 'db.example.com', port: '2222', username: 'deploy' }
  const unreachable = () => new RemoteError('E_CONNECT', 'It does not answer.', 'Look there.')

  test('gives another name, group and tags, and says what was before', async ({ assert }) => {
    const [group, tag] = [await createGroup(tenant), await createTag(tenant)]
    const server = await createServer(tenant, { name: 'web-1' })
    const response = await send('PUT', `/servers/${server.id}`, {
      'name': 'web-2',
      'groupId': group.id,
      'tags[]': [tag.id],
    })
    response.assertHeader('location', `/servers/${server.id}`)
    const changed = await reload(server)
    await changed.load('tags')
    assert.equal(changed.name, 'web-2')
    assert.equal(changed.groupId, group.id)
    assert.deepEqual(
      changed.tags.map(({ id }) => id),
      [tag.id]
    )
    assert.containSubset(await latest(), {
      action: 'server.updated',
      details: {
        changes: { name: { from: 'web-1', to: 'web-2' }, tags: { from: '', to: tag.name } },
      },
    })
    const shown = await page(`/servers/${server.id}`)
    assert.include(shown, group.name)
    assert.include(shown, tag.name)
    await send('PUT', `/servers/${server.id}`, { name: 'web-2' })
    const bare = await reload(server)
    await bare.load('tags')
    assert.lengthOf(bare.tags, 0)
    assert.isNull(bare.groupId)
  })

  test('refuses the name of another, and what belongs to another team', async ({ assert }) => {
    const [server, other] = [await createServer(tenant), await createServer(tenant)]
    const stranger = await createTenant()
    const [group, tag] = [await createGroup(stranger), await createTag(stranger)]
    const path = `/servers/${server.id}`
    const before = await databaseSnapshot()
    assert.property(errorsOf(await send('PUT', path, { name: other.name })), 'name')
    const { name } = server
    assert.property(errorsOf(await send('PUT', path, { name, groupId: group.id })), 'groupId')
    assert.property(errorsOf(await send('PUT', path, { name, 'tags[]': [tag.id] })), 'tags')
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('takes another address at once when the pinned key answers there', async ({ assert }) => {
    const server = await createServer(tenant)
    fake.hostKey = server.hostKeys[0]
    const response = await send('PUT', `/servers/${server.id}/address`, address)
    response.assertHeader('location', `/servers/${server.id}`)
    const moved = await reload(server)
    assert.equal(moved.address, 'deploy@db.example.com:2222')
    assert.isTrue(moved.isPinned)
    assert.deepEqual(moved.hostKeys, server.hostKeys)
    assert.isNotNull(moved.nextCheckAt)
    assert.containSubset(await latest(), {
      action: 'server.moved',
      details: { changes: { address: { from: server.address, to: moved.address } } },
    })
  })

  test('has a person confirm another key at another address', async ({ assert }) => {
    const server = await createServer(tenant)
    await send('PUT', `/servers/${server.id}/address`, address)
    const moved = await reload(server)
    assert.isFalse(moved.isPinned)
    assert.equal(moved.status, 'unconfirmed')
    assert.deepEqual(moved.hostKeys, [])
    assert.deepEqual(moved.offeredHostKey, fake.hostKey)
    assert.isNull(moved.nextCheckAt)
    assert.lengthOf(fake.remote.commands, 0)
    const shown = await client.get(`/servers/${server.id}`).redirects(0).loginAs(tenant.owner)
    shown.assertHeader('location', `/servers/${server.id}/connect`)
    assert.include(await page(`/servers/${server.id}/connect`), fingerprint(fake.hostKey))
  })

  test('T6: is not pinned anew by a move to where it is', async ({ assert }) => {
    const server = await createServer(tenant, { status: 'host_key_changed' })
    const { host, port, username } = server
    const path = `/servers/${server.id}/address`
    const before = await databaseSnapshot()
    const response = await send('PUT', path, { host, port: String(port), username: 'deploy' })
    assert.include(errorsOf(response)!.host[0], 'Compare the fingerprints')
    assert.deepEqual(await databaseSnapshot(), before)
    assert.equal((await reload(server)).username, username)

    fake.hostKey = server.hostKeys[0]
    await send('PUT', path, address)
    const moved = await reload(server)
    assert.equal(moved.status, 'unreachable')
    assert.isTrue(moved.checkAsked)
    assert.deepEqual(moved.hostKeys, server.hostKeys)
  })

  test('stays where it is when nothing answers at the new address', async ({ assert }) => {
    const server = await createServer(tenant)
    fake.readHostKey = () => Promise.reject(unreachable())
    const before = await databaseSnapshot()
    const response = await send('PUT', `/servers/${server.id}/address`, address)
    assert.include(errorsOf(response)!.host[0], 'does not answer')
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('is reached through one other server of the team at most', async ({ assert }) => {
    const [jump, server, third] = [
      await createServer(tenant, { name: 'jump' }),
      await createServer(tenant, { name: 'inside' }),
      await createServer(tenant, { name: 'third' }),
    ]
    const unconfirmed = await createServer(tenant, { offeredHostKey: someHostKey(), hostKeys: [] })
    const foreign = await createServer(await createTenant())
    fake.hostKey = server.hostKeys[0]
    const through = async (target: Server, jumpServerId: string) =>
      errorsOf(await send('PUT', `/servers/${target.id}/address`, { ...address, jumpServerId }))
    assert.isUndefined(await through(server, jump.id))
    assert.equal((await reload(server)).jump.id, jump.id)
    assert.include(await page(`/servers/${server.id}`), 'Reached through')
    for (const [target, id] of [
      [server, server.id],
      [server, unconfirmed.id],
      [server, foreign.id],
      [server, 'nobody'],
      [third, server.id],
      [jump, third.id],
    ] as const) {
      assert.property(await through(target, id), 'jumpServerId')
    }
    assert.equal((await reload(server)).jumpServerId, jump.id)
  })

  test('keeps the server that others are reached through', async ({ assert }) => {
    const jump = await createServer(tenant, { name: 'jump' })
    const server = await createServer(tenant, { name: 'inside', jumpServerId: jump.id })
    assert.include(await page(`/servers/${jump.id}`), 'the way to inside')
    const refused = await send('DELETE', `/servers/${jump.id}`, { confirm: 'jump' })
    assert.include(errorsOf(refused)!.confirm[0], 'inside')
    assert.isNotNull(await Server.within(tenant.scope).where('id', jump.id).first())
    await send('DELETE', `/servers/${server.id}`, { confirm: 'inside' })
    assert.isUndefined(errorsOf(await send('DELETE', `/servers/${jump.id}`, { confirm: 'jump' })))
  })

  test('is added with a key that a person brings, which is shown nowhere', async ({ assert }) => {
    const brought = generateKeyPair('')
    const privateKey = brought.privateKey.reveal()
    const add = (fields: object) =>
      send('POST', '/servers', { name: 'web-1', ...address, login: 'imported', ...fields })
    const response = await add({ privateKey })
    assert.isUndefined(errorsOf(response))
    const server = await Server.within(tenant.scope).where('name', 'web-1').firstOrFail()
    assert.equal(server.login, 'imported')
    assert.equal(server.publicKey.split(' ')[1], brought.publicKey.split(' ')[1])
    assert.notInclude(JSON.stringify(await databaseSnapshot()), privateKey.slice(60, 120))
    const shown = await page(`/servers/${server.id}/connect`)
    assert.include(shown, server.publicKey.split(' ')[1])
    assert.notInclude(shown, 'PRIVATE KEY')
  })

  test('says what is wrong with a key, and remembers neither it nor its passphrase', async ({
    assert,
  }) => {
    const response = await send('POST', '/servers', {
      name: 'web-1',
      ...address,
      login: 'imported',
      privateKey: '-----BEGIN PRIVATE KEY-----\nCANARY-KEY\n-----END PRIVATE KEY-----',
      passphrase: 'CANARY-PASSPHRASE',
    })
    assert.property(errorsOf(response), 'privateKey')
    assert.notInclude(JSON.stringify(flashed(response)), 'CANARY')
    assert.equal(flashed(response).name, 'web-1')
    const nothing = await send('POST', '/servers', { name: 'a', ...address, login: 'imported' })
    assert.property(errorsOf(nothing), 'privateKey')
    assert.lengthOf(await Server.within(tenant.scope), 0)
  })

  test('keeps the present key until the new one has let Muster in', async ({ assert }) => {
    const server = await createServer(tenant, { publicKey: 'ssh-ed25519 OLD muster' })
    const path = `/servers/${server.id}/key`
    await send('POST', path, { login: 'generated' })
    const proposed = await reload(server)
    assert.equal(proposed.publicKey, 'ssh-ed25519 OLD muster')
    assert.match(proposed.nextPublicKey!, /^ssh-ed25519 /)
    assert.include(await page(path), proposed.nextPublicKey!.split(' ')[1])

    const refused = await send('PUT', path)
    assert.property(errorsOf(refused), 'key')
    assert.equal((await reload(server)).publicKey, 'ssh-ed25519 OLD muster')
    assert.equal((await latest()).action, 'server.key_proposed')

    fake.remote.on(/^/, { stdout: '' })
    assert.isUndefined(errorsOf(await send('PUT', path)))
    const taken = await reload(server)
    assert.equal(taken.publicKey, proposed.nextPublicKey)
    assert.equal(taken.privateKey.reveal(), proposed.nextPrivateKey!.reveal())
    assert.isNull(taken.nextPrivateKey)
    assert.isNull(taken.nextPublicKey)
    const commands = fake.remote.described
    const installed = commands.findIndex((each) => each.includes(taken.publicKey.split(' ')[1]))
    const withdrawn = commands.findIndex(
      (each) => each.includes('grep -vxF') && each.includes('OLD')
    )
    assert.isAbove(installed, -1)
    assert.isAbove(withdrawn, installed)
    const rows = await Activity.within(tenant.scope).where('action', 'server.key_replaced')
    assert.lengthOf(rows, 1)
  })

  test('keeps the present key when its rotation begins while the new one is tried', async ({
    assert,
  }) => {
    const server = await createServer(tenant, { publicKey: 'ssh-ed25519 OLD muster' })
    const path = `/servers/${server.id}/key`
    await send('POST', path, { login: 'generated' })
    fake.remote.on(/^/, { stdout: '' })
    fake.remote.on(/^true/, async () => {
      const { rotation } = await createBelongings(tenant)
      await KeyRotationServer.create({
        ...{ teamId: tenant.team.id, rotationId: rotation.id, serverId: server.id },
        ...{ activeServerId: server.id, state: 'adding', oldPublicKey: server.publicKey },
      })
      return {}
    })
    assert.include(errorsOf(await send('PUT', path))!.key.join(), 'is being rotated')
    assert.equal((await reload(server)).publicKey, 'ssh-ed25519 OLD muster')
    assert.lengthOf(await Activity.within(tenant.scope).where('action', 'server.key_replaced'), 0)
  })

  test('gives each proof of a key a connection of its own, and closes that one', async ({
    assert,
  }) => {
    const remotes = new ServerRemotes()
    const server = await createServer(tenant)
    const { privateKey } = generateKeyPair('')
    const open = () => remotes.gauges().servers
    let other: unknown
    await remotes.withKey(server, privateKey, async (remote) => {
      await assert.rejects(() =>
        remotes.withKey(server, generateKeyPair('').privateKey, async (second) => {
          other = second
          assert.equal(open(), 2)
          throw new Error('It was refused.')
        })
      )
      assert.notStrictEqual(remote, other)
      assert.equal(open(), 1)
    })
    assert.equal(open(), 0)
    await remotes.close()
  })

  test('leaves a key that a person brought on the server', async ({ assert }) => {
    const server = await createServer(tenant, { login: 'imported', publicKey: 'ssh-ed25519 OLD x' })
    fake.remote.on(/^/, { stdout: '' })
    await send('POST', `/servers/${server.id}/key`, { login: 'generated' })
    await send('PUT', `/servers/${server.id}/key`)
    assert.equal((await reload(server)).login, 'generated')
    for (const command of fake.remote.described) assert.notInclude(command, 'grep -vxF')
  })

  test('drops the key to come and changes nothing else', async ({ assert }) => {
    const server = await createServer(tenant)
    await send('POST', `/servers/${server.id}/key`, { login: 'generated' })
    await send('DELETE', `/servers/${server.id}/key`)
    const kept = await reload(server)
    assert.isNull(kept.nextPrivateKey)
    assert.equal(kept.privateKey.reveal(), server.privateKey.reveal())
  })

  test('T6: pins anew only what was compared, with both fingerprints on record', async ({
    assert,
  }) => {
    const server = await createServer(tenant, { status: 'host_key_changed' })
    const [old, other] = [server.hostKeys[0], someHostKey()]
    const path = `/servers/${server.id}/host-key`
    const shown = await page(path)
    assert.include(shown, fingerprint(old))
    assert.include(shown, fingerprint(fake.hostKey))
    assert.lengthOf(fake.remote.commands, 0)

    const before = await databaseSnapshot()
    const wrong = await send('PUT', path, { fingerprint: fingerprint(other) })
    assert.property(errorsOf(wrong), 'fingerprint')
    assert.deepEqual(await databaseSnapshot(), before)

    fake.remote.on(/ssh_host_/, { stdout: `${other.type} ${other.key} root@web\n` })
    fake.remote.on('sh -s', { stdout: 'fact hostname web-1\n' })
    const pinned = await send('PUT', path, { fingerprint: fingerprint(fake.hostKey) })
    assert.isUndefined(errorsOf(pinned))
    const row = await reload(server)
    assert.equal(row.status, 'reachable')
    assert.deepEqual(row.hostKeys, [fake.hostKey, other])
    const act = await Activity.within(tenant.scope)
      .where('action', 'server.host_key_pinned')
      .firstOrFail()
    assert.include(JSON.stringify(act.details), fingerprint(old))
    assert.include(JSON.stringify(act.details), fingerprint(fake.hostKey))
    assert.equal(act.actorId, tenant.owner.id)
  })

  test('pins the new key even when the server does not let Muster in, and says so', async ({
    assert,
  }) => {
    const server = await createServer(tenant, { status: 'host_key_changed' })
    fake.remote.on(/^/, { error: new RemoteError('E_AUTH', 'It refused the key.', 'Look.') })
    const path = `/servers/${server.id}/host-key`
    const response = await send('PUT', path, { fingerprint: fingerprint(fake.hostKey) })
    assert.include(JSON.stringify(flashed(response)), 'The new key is pinned')
    const row = await reload(server)
    assert.equal(row.status, 'auth_failed')
    assert.deepEqual(row.hostKeys, [fake.hostKey])
    assert.include(await page(`/servers/${server.id}`), 'authorized_keys')
  })

  test('T6: is not looked at while its key is another, whoever asks', async ({ assert }) => {
    const server = await createServer(tenant, { status: 'host_key_changed' })
    fake.remote.on('sh -s', { stdout: 'fact hostname web-1\n' })
    const response = await send('POST', `/servers/${server.id}/check`)
    assert.include(JSON.stringify(flashed(response)), 'Compare the fingerprints')
    assert.lengthOf(fake.remote.commands, 0)
    assert.equal((await reload(server)).status, 'host_key_changed')
    assert.include(await page(`/servers/${server.id}`), 'Compare the fingerprints')
  })

  test('T6: refuses every command with a clear word, and those to servers behind it', async ({
    assert,
  }) => {
    const remotes = new ServerRemotes()
    const blocked = await createServer(tenant, { name: 'jump', status: 'host_key_changed' })
    const behind = await createServer(tenant, { name: 'inside', jumpServerId: blocked.id })
    const lost = await createServer(tenant, { name: 'lost', jumpServerId: 'of-one-that-is-gone' })
    for (const [server, code, word] of [
      [blocked, 'E_HOST_KEY', 'jump offers another host key'],
      [behind, 'E_CONNECT', 'jump offers another host key'],
      [lost, 'E_CONNECT', 'no longer there'],
    ] as const) {
      const remote = remotes.of(await reload(server))
      const error: RemoteError = await remote.run(sh`true`).then(
        () => assert.fail('It was run.'),
        (raised) => raised
      )
      assert.equal(error.code, code)
      assert.include(error.message, word)
      await assert.rejects(() => remote.forward('127.0.0.1', 80))
      const { privateKey } = generateKeyPair('')
      const proof = remotes.withKey(await reload(server), privateKey, (other) =>
        other.run(sh`true`)
      )
      await assert.rejects(() => proof, new RegExp(word))
    }
    await remotes.close()
  })
})
