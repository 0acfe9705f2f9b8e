import { test } from '@japa/runner'
import { fingerprint } from '#engine/ssh/host_key'
import { sh } from '#engine/shell/command'
import AddServer from '#app/servers/actions/add_server'
import CheckServer from '#app/servers/actions/check_server'
import ConnectServer from '#app/servers/actions/connect_server'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { codeOf } from '#tests/engine/ssh/target_of'

test.group('A server behind another', (group) => {
  let fleet: Fleet
  let scope: Scope
  let remotes: ServerRemotes
  let jump: Server

  group.tap((each) => each.timeout(120_000))
  group.each.setup(async () => {
    fleet = await createFleet({ image: 'base' }).start(['jump', 'inside'])
    scope = (await createOwner()).scope
    remotes = new ServerRemotes()
    jump = await connectedServer(scope, fleet.host('jump'))
    fleet.host('inside').setPassword('root', 'the password of root')
    return async () => {
      await remotes.close()
      await fleet.stop()
    }
  })

  const reload = ({ id }: Server) => Server.within(scope).where('id', id).firstOrFail()
  const sources = () => {
    fleet.host('inside').inside(['journalctl', '--sync'])
    const log = fleet.host('inside').inside(['journalctl', '-u', 'ssh', '--no-pager', '-o', 'cat'])
    return [...log.matchAll(/Accepted \w+ for root from (\S+)/g)].map(([, address]) => address)
  }

  async function connected() {
    const inside = fleet.host('inside')
    const server = await new AddServer(remotes).handle(scope, {
      ...{ name: 'inside', host: inside.address, port: 22, username: 'root' },
      ...{ login: 'generated', privateKey: null, passphrase: null, jumpServerId: jump.id },
    })
    assertKey(await reload(server))
    const result = await new ConnectServer(remotes, new CheckServer(remotes)).handle(
      scope.origin,
      await reload(server),
      { fingerprint: fingerprint(inside.hostKey), password: 'the password of root' }
    )
    return { server: await reload(server), result }
  }

  function assertKey({ offeredHostKey }: Server) {
    const { key } = fleet.host('inside').hostKey
    if (offeredHostKey?.key !== key) throw new Error('Another key was read.')
  }

  test('T7: is read, confirmed, logged in to and pinned through the one in front', async ({
    assert,
  }) => {
    const { server, result } = await connected()
    assert.deepEqual(result, { kind: 'connected' })
    assert.deepEqual(server.hostKeys[0], fleet.host('inside').hostKey)
    const { stdout } = await remotes.of(server).mustRun(sh`hostname`)
    assert.equal(stdout.trim(), 'inside')
    const addresses = new Set(sources())
    assert.deepEqual([...addresses], [fleet.host('jump').address])
  })

  test('T7: is out of reach, with its own key unquestioned, when the key in front changes', async ({
    assert,
  }) => {
    const { server } = await connected()
    fleet.host('jump').replaceHostKey()
    await fleet.host('jump').ready()
    remotes.forget(jump)
    remotes.forget(server)
    await new CheckServer(remotes).handle(await reload(server), { afresh: true })
    assert.equal((await reload(server)).status, 'unreachable')
    await new CheckServer(remotes).handle(await reload(jump), { afresh: true })
    assert.equal((await reload(jump)).status, 'host_key_changed')
    assert.equal(await codeOf(remotes.of(await reload(server)).run(sh`true`)), 'E_CONNECT')
  })
})
