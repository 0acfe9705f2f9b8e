import { test } from '@japa/runner'
import { fingerprint } from '#engine/ssh/host_key'
import Notification from '#app/notifications/models/notification'
import AddServer from '#app/servers/actions/add_server'
import CheckServer from '#app/servers/actions/check_server'
import ConnectServer from '#app/servers/actions/connect_server'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { createFleet } from '#tests/fleet/fleet'
import { createOwner } from '#tests/support/fleet_servers'
import { setMailServer } from '#tests/support/mail_sink'

test.group('Connecting a server', (group) => {
  const fleet = createFleet({ image: 'base' })
  const host = () => fleet.host('web-1')
  let scope: Scope
  let remotes: ServerRemotes
  let connect: ConnectServer
  let count = 0

  group.setup(async () => {
    await fleet.start(1)
    scope = (await createOwner()).scope
    host().setPassword('root', 'the password of root')
    host().addUser('deploy', { sudo: 'nopasswd', password: 'the password of deploy' })
    host().addUser('guest', { sudo: false, password: 'the password of guest' })
  })
  group.teardown(() => fleet.stop())
  group.each.setup(() => {
    remotes = new ServerRemotes()
    connect = new ConnectServer(remotes, new CheckServer(remotes))
    return () => remotes.close()
  })

  const add = (username: string) =>
    new AddServer(remotes).handle(scope, {
      name: `server-${++count}`,
      host: host().address,
      port: 22,
      username,
    })
  const offered = () => fingerprint(host().hostKey)
  const stored = (server: Server) => Server.within(scope).where('id', server.id).firstOrFail()

  test('installs the key by a password that is used once', async ({ assert }) => {
    const server = await add('root')
    const password = 'the password of root'
    const result = await connect.handle(scope.origin, server, { fingerprint: offered(), password })
    assert.deepEqual(result, { kind: 'connected' })
    const row = await stored(server)
    assert.equal(row.status, 'reachable')
    assert.isNull(row.offeredHostKey)
    assert.include(
      row.hostKeys.map(({ key }) => key),
      host().hostKey.key
    )
    assert.include(
      host().inside(['cat', '/root/.ssh/authorized_keys']),
      row.publicKey.split(' ')[1]
    )
    assert.match(row.facts!.os.name, /Debian/)
  })

  test('refuses a wrong password and pins nothing', async ({ assert }) => {
    const server = await add('root')
    const result = await connect.handle(scope.origin, server, {
      fingerprint: offered(),
      password: 'wrong',
    })
    assert.containSubset(result, { kind: 'refused', field: 'password' })
    const row = await stored(server)
    assert.deepEqual(row.hostKeys, [])
    assert.equal(row.status, 'unconfirmed')
  })

  test('takes no step without the fingerprint that was offered', async ({ assert }) => {
    const server = await add('root')
    const other = `SHA256:${'A'.repeat(43)}`
    const result = await connect.handle(scope.origin, server, {
      fingerprint: other,
      password: null,
    })
    assert.deepEqual(result, { kind: 'other_fingerprint' })
    assert.deepEqual((await stored(server)).hostKeys, [])
  })

  test('works as a user that may run sudo without a password', async ({ assert }) => {
    const server = await add('deploy')
    const result = await connect.handle(scope.origin, server, {
      fingerprint: offered(),
      password: 'the password of deploy',
    })
    assert.deepEqual(result, { kind: 'connected' })
    assert.equal((await stored(server)).status, 'reachable')
  })

  test('names the missing right of a user without sudo', async ({ assert }) => {
    const server = await add('guest')
    const result = await connect.handle(scope.origin, server, {
      fingerprint: offered(),
      password: 'the password of guest',
    })
    assert.equal(result.kind, 'refused')
    assert.match(JSON.stringify(result), /sudo/)
    assert.equal((await stored(server)).status, 'unconfirmed')
  })

  test('says when nothing answers at the address', async ({ assert }) => {
    const adding = new AddServer(remotes).handle(scope, {
      name: 'nobody',
      host: host().address,
      port: 2222,
      username: 'root',
    })
    const error: any = await adding.then(
      () => null,
      (raised) => raised
    )
    assert.equal(error.messages[0].field, 'host')
  })

  test('T5: blocks a server whose host key changed until someone acts', async ({ assert }) => {
    const server = await add('root')
    const password = 'the password of root'
    await connect.handle(scope.origin, server, { fingerprint: offered(), password })
    host().replaceHostKey()
    remotes.forget(server)
    await setMailServer('127.0.0.1')
    const result = await new CheckServer(remotes).handle(await stored(server), { afresh: true })
    await setMailServer(null)
    assert.equal(result.kind, 'not_reachable')
    assert.equal((await stored(server)).status, 'host_key_changed')
    const [alert] = await Notification.within(scope)
    assert.equal(alert.title, `Critical: ${server.name} shows another host key`)
  })
})
