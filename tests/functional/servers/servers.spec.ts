import { test } from '@japa/runner'
import { RemoteError } from '#engine/ssh/errors'
import { fingerprint } from '#engine/ssh/host_key'
import Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { swapServerRemotes, type FakeServerRemotes } from '#tests/support/fake_server_remotes'
import { flashed } from '#tests/support/flashed'
import {
  createProject,
  createRun,
  createServer,
  createTenant,
  someHostKey,
  type Tenant,
} from '#tests/support/tenants'

const address = { name: 'web-1', host: 'web-1.example.com', port: '2222', username: 'deploy' }

const unreachable = () =>
  new RemoteError('E_CONNECT', 'web-1 does not answer.', 'Check its address and firewall.')

test.group('Servers', (group) => {
  let tenant: Tenant
  let fake: FakeServerRemotes

  group.each.setup(async () => {
    tenant = await createTenant()
    const [remotes, restore] = swapServerRemotes()
    fake = remotes
    return restore
  })

  const unconfirmed = () =>
    createServer(tenant, {
      status: 'unconfirmed',
      offeredHostKey: someHostKey(),
      hostKeys: [],
      preparedAt: null,
    })
  const reload = (server: Server) => Server.acrossTeams().where('id', server.id).firstOrFail()

  test('are added with the key they offer, trusting nothing yet', async ({ assert, client }) => {
    const response = await client
      .post('/servers')
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form(address)
    const [server] = await Server.within(tenant.scope)
    response.assertHeader('location', `/servers/${server.id}/connect`)
    assert.containSubset(server.serialize(), { ...address, port: 2222, status: 'unconfirmed' })
    assert.deepEqual(server.offeredHostKey, fake.hostKey)
    assert.deepEqual(server.hostKeys, [])
    assert.match(server.privateKey.reveal(), /^-----BEGIN OPENSSH PRIVATE KEY-----/)
    assert.match(server.publicKey, /^ssh-ed25519 /)

    const page = await client.get(`/servers/${server.id}/connect`).loginAs(tenant.owner)
    assert.include(page.text(), fingerprint(fake.hostKey))
    assert.include(page.text(), server.publicKey.split(' ')[1])
  })

  test('that do not answer are not added, and the form says why', async ({ assert, client }) => {
    fake.readHostKey = () => Promise.reject(unreachable())
    const response = await client
      .post('/servers')
      .redirects(0)
      .accept('text/html')
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form(address)
    response.assertStatus(302)
    assert.include(JSON.stringify(response.flashMessages().inputErrorsBag), 'does not answer')
    assert.equal(flashed(response).host, address.host)
    assert.lengthOf(await Server.within(tenant.scope), 0)
  })

  test('have names of their own in their team', async ({ assert, client }) => {
    const add = (owner = tenant.owner) =>
      client
        .post('/servers')
        .redirects(0)
        .accept('text/html')
        .loginAs(owner)
        .withCsrfToken()
        .form(address)
    await add()
    const again = await add()
    again.assertStatus(302)
    assert.property(again.flashMessages().inputErrorsBag, 'name')
    assert.lengthOf(await Server.within(tenant.scope), 1)
    const elsewhere = await createTenant()
    const other = await add(elsewhere.owner)
    assert.notProperty(other.flashMessages(), 'inputErrorsBag')
  })

  test('added at once under one name are one', async ({ assert, client }) => {
    const asked = Array.from({ length: 4 }, () =>
      client
        .post('/servers')
        .redirects(0)
        .accept('text/html')
        .loginAs(tenant.owner)
        .withCsrfToken()
        .form(address)
    )
    for (const response of await Promise.all(asked)) response.assertStatus(302)
    assert.lengthOf(await Server.within(tenant.scope), 1)
  })

  test('are connected once the fingerprint is confirmed', async ({ assert, client }) => {
    const server = await unconfirmed()
    const [first, second] = [server.offeredHostKey!, someHostKey()]
    fake.remote.on(/ssh_host_/, { stdout: `${second.type} ${second.key} root@web\nrubbish\n` })
    fake.remote.on('sh -s', { stdout: 'fact hostname web-1\n' })
    const response = await client
      .post(`/servers/${server.id}/connect`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ fingerprint: fingerprint(first), password: '' })
    assert.notProperty(response.flashMessages(), 'inputErrorsBag')
    response.assertHeader('location', `/servers/${server.id}`)
    const connected = await reload(server)
    assert.equal(connected.status, 'reachable')
    assert.isNull(connected.offeredHostKey)
    assert.deepEqual(connected.hostKeys, [first, second])
  })

  test('stay unconnected with another fingerprint', async ({ assert, client }) => {
    const server = await unconfirmed()
    const before = await databaseSnapshot()
    const response = await client
      .post(`/servers/${server.id}/connect`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ fingerprint: fingerprint(someHostKey()), password: 'secret' })
    assert.property(response.flashMessages().inputErrorsBag, 'fingerprint')
    assert.lengthOf(fake.remote.commands, 0)
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('stay unconnected, with the reason, when logging in fails', async ({ assert, client }) => {
    const server = await unconfirmed()
    const response = await client
      .post(`/servers/${server.id}/connect`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ fingerprint: fingerprint(server.offeredHostKey!), password: 'the wrong one' })
    assert.property(response.flashMessages().inputErrorsBag, 'password')
    const stored = await reload(server)
    assert.equal(stored.status, 'unconfirmed')
    assert.isFalse(stored.isPinned)
    assert.isNotNull(stored.offeredHostKey)
  })

  test('that nobody confirmed are neither checked nor prepared', async ({ assert, client }) => {
    const server = await unconfirmed()
    for (const action of ['check', 'prepare']) {
      const response = await client
        .post(`/servers/${server.id}/${action}`)
        .redirects(0)
        .accept('text/html')
        .loginAs(tenant.owner)
        .withCsrfToken()
      response.assertStatus(404)
    }
    assert.lengthOf(fake.remote.commands, 0)
    assert.lengthOf(await Run.within(tenant.scope), 0)
  })

  test('say how a check went', async ({ assert, client }) => {
    const server = await createServer(tenant)
    fake.remote.on(/^/, { error: unreachable() })
    const response = await client
      .post(`/servers/${server.id}/check`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
    response.assertHeader('location', `/servers/${server.id}`)
    const checked = await reload(server)
    assert.equal(checked.status, 'unreachable')
    assert.include(checked.statusMessage!, 'does not answer')
    assert.isTrue(checked.isPinned)
    const page = await client.get(`/servers/${server.id}`).loginAs(tenant.owner)
    assert.include(page.text(), 'does not answer')
  })

  test('are prepared by a run', async ({ assert, client }) => {
    const server = await createServer(tenant)
    const response = await client
      .post(`/servers/${server.id}/prepare`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
    const run = await Run.within(tenant.scope).firstOrFail()
    response.assertHeader('location', `/runs/${run.id}`)
    assert.containSubset(run.serialize(), {
      kind: 'server.prepare',
      state: 'queued',
      serverId: server.id,
      createdBy: tenant.owner.id,
    })
  })

  test('are removed by their name, with their runs', async ({ assert, client }) => {
    const server = await createServer(tenant)
    await createRun(tenant, server)
    const remove = (name: string) =>
      client
        .delete(`/servers/${server.id}`)
        .redirects(0)
        .loginAs(tenant.owner)
        .withCsrfToken()
        .form({ confirm: name })
    const refused = await remove(`${server.name} `)
    assert.property(refused.flashMessages().inputErrorsBag, 'confirm')
    assert.lengthOf(await Server.within(tenant.scope), 1)
    const removed = await remove(server.name)
    removed.assertHeader('location', '/servers')
    assert.lengthOf(await Server.within(tenant.scope), 0)
    assert.lengthOf(await Run.within(tenant.scope), 0)
  })

  test('that carry projects are not removed', async ({ assert, client }) => {
    const server = await createServer(tenant)
    const project = await createProject(tenant, server)
    const response = await client
      .delete(`/servers/${server.id}`)
      .redirects(0)
      .loginAs(tenant.owner)
      .withCsrfToken()
      .form({ confirm: server.name })
    assert.include(JSON.stringify(response.flashMessages().inputErrorsBag), project.name)
    assert.lengthOf(await Server.within(tenant.scope), 1)
  })
})
