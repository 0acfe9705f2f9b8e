import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { fingerprint } from '#engine/ssh/host_key'
import Activity from '#app/activity/models/activity'
import CheckServer from '#app/servers/actions/check_server'
import CheckServers from '#app/servers/actions/check_servers'
import ConnectServer from '#app/servers/actions/connect_server'
import RepinServer from '#app/servers/actions/repin_server'
import Server from '#app/servers/models/server'
import { hostKeyPage } from '#app/servers/queries/host_key_page'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import type { Host } from '#tests/fleet/host'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { codeOf, logRequests, requests } from '#tests/engine/ssh/target_of'

test.group('A host key that changed', (group) => {
  let fleet: Fleet
  let host: Host
  let scope: Scope
  let remotes: ServerRemotes
  let server: Server

  group.tap((each) => each.timeout(120_000))
  group.each.setup(async () => {
    fleet = await createFleet({ image: 'base' }).start(1)
    host = fleet.host('web-1')
    await logRequests(host)
    scope = (await createOwner()).scope
    remotes = new ServerRemotes()
    server = await connectedServer(scope, host)
    return async () => {
      await remotes.close()
      await fleet.stop()
    }
  })

  const reload = async () =>
    (server = await Server.within(scope).where('id', server.id).firstOrFail())
  const check = async (options = {}) => new CheckServer(remotes).handle(await reload(), options)
  const repin = async (confirmed: string) =>
    new RepinServer(remotes, new CheckServer(remotes)).handle(
      scope.origin,
      await reload(),
      confirmed
    )

  /** Another key answers from now on, and the panel has found out. */
  async function changeKey() {
    await check()
    const pinned = host.hostKey
    host.replaceHostKey()
    await host.ready()
    remotes.forget(server)
    await check()
    return pinned
  }

  test('T6: blocks the server until someone pins it anew, with both fingerprints in sight', async ({
    assert,
  }) => {
    const pinned = await changeKey()
    assert.equal((await reload()).status, 'host_key_changed')
    const tried = requests(host)
    assert.equal(await codeOf(remotes.of(server).run(sh`true`)), 'E_HOST_KEY')
    assert.equal(await codeOf(new ServerRemotes().of(server).run(sh`true`)), 'E_HOST_KEY')
    assert.equal((await check({ afresh: true })).kind, 'not_reachable')
    await new CheckServers(remotes).handle('silent')

    const page = await hostKeyPage(await reload(), remotes)
    assert.deepEqual(
      page.pinned.map(({ value }) => value),
      [fingerprint(pinned)]
    )
    assert.equal(page.offered!.value, fingerprint(host.hostKey))
    const shown = host.inside(['ssh-keygen', '-lf', page.keyFile])
    assert.include(shown, page.offered!.value)
    assert.equal(requests(host), tried)

    assert.deepEqual(await repin(fingerprint(pinned)), { kind: 'other_fingerprint' })
    assert.equal((await reload()).status, 'host_key_changed')
    assert.equal(requests(host), tried)

    assert.deepEqual(await repin(page.offered!.value), { kind: 'reachable' })
    await reload()
    assert.equal(server.status, 'reachable')
    const types = server.hostKeys.map(({ type }) => type)
    assert.includeMembers(types, ['ssh-ed25519'])
    assert.deepEqual(server.hostKeys[0], host.hostKey)
    assert.notInclude(
      server.hostKeys.map(({ key }) => key),
      pinned.key
    )
    await remotes.of(server).mustRun(sh`true`)
    const act = await Activity.within(scope).where('action', 'server.host_key_pinned').firstOrFail()
    const details = JSON.stringify(act.details)
    assert.include(details, fingerprint(pinned))
    assert.include(details, fingerprint(host.hostKey))
  })

  test('T5: stays refused when an impostor shows yet another key, and authenticates nowhere', async ({
    assert,
  }) => {
    await changeKey()
    const compared = fingerprint(host.hostKey)
    const tried = requests(host)
    host.replaceHostKey()
    await host.ready()
    assert.deepEqual(await repin(compared), { kind: 'other_fingerprint' })
    assert.equal((await reload()).status, 'host_key_changed')
    assert.equal(requests(host), tried)
    assert.lengthOf(await Activity.within(scope).where('action', 'server.host_key_pinned'), 0)
  })

  test('T6: is unblocked by a person too when the pinned key is back', async ({ assert }) => {
    const pinned = await changeKey()
    server.hostKeys = [host.hostKey]
    await server.save()
    assert.equal(await codeOf(remotes.of(await reload()).run(sh`true`)), 'E_HOST_KEY')
    const page = await hostKeyPage(server, remotes)
    assert.isTrue(page.same)
    assert.notEqual(page.offered!.value, fingerprint(pinned))
    assert.deepEqual(await repin(page.offered!.value), { kind: 'reachable' })
  })

  test('pins all types that the server has, once one is confirmed', async ({ assert }) => {
    const path = '/etc/ssh/ssh_host_ecdsa_key'
    host.inside(['sh', '-c', `rm -f ${path}*; ssh-keygen -q -t ecdsa -N '' -f ${path}`])
    const fresh = await connectedServer(scope, host, {
      name: 'fresh',
      hostKeys: [],
      offeredHostKey: host.hostKey,
      status: 'unconfirmed',
    })
    const connect = new ConnectServer(remotes, new CheckServer(remotes))
    const result = await connect.handle(scope.origin, fresh, {
      fingerprint: fingerprint(host.hostKey),
      password: null,
    })
    assert.deepEqual(result, { kind: 'connected' })
    const stored = await Server.within(scope).where('id', fresh.id).firstOrFail()
    assert.includeMembers(
      stored.hostKeys.map(({ type }) => type),
      ['ssh-ed25519', 'ecdsa-sha2-nistp256']
    )
    assert.isNotNull(stored.nextCheckAt)
  })
})
