import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import CheckServer from '#app/servers/actions/check_server'
import CheckServers from '#app/servers/actions/check_servers'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import type { Host } from '#tests/fleet/host'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { configureSshd } from '#tests/engine/ssh/target_of'

test.group('Looking at real servers', (group) => {
  let fleet: Fleet
  let host: Host
  let scope: Scope
  let remotes: ServerRemotes
  let server: Server

  group.tap((each) => each.timeout(180_000))
  group.each.setup(async () => {
    fleet = await createFleet({ image: 'prepared' }).start(1)
    host = fleet.host('web-1')
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
  const actions = async () => {
    const rows = await Activity.within(scope).orderBy('sequence')
    return rows.map(({ action }) => action)
  }
  const look = async (which: 'answering' | 'silent') => {
    await Server.within(scope).update({ next_check_at: 0 })
    await new CheckServers(remotes).handle(which)
    await reload()
  }

  test('gathers what a system says about itself', async ({ assert }) => {
    host.inside(['systemctl', 'start', 'nginx'])
    host.inside(['touch', '/var/run/reboot-required'])
    await new CheckServer(remotes).handle(server)
    const { facts, osName, rebootRequired } = await reload()
    assert.match(facts!.os.name, /Debian/)
    assert.equal(osName, facts!.os.name)
    assert.equal(facts!.init, 'systemd')
    assert.equal(facts!.packageManager, 'apt')
    assert.isAbove(facts!.cpus, 0)
    assert.isAbove(facts!.memory.totalBytes, 0)
    assert.isNotEmpty(facts!.disks)
    assert.containSubset(facts!.services, [{ name: 'nginx', state: 'active' }])
    assert.containSubset(facts!.services, [{ name: 'ssh', state: 'active' }])
    assert.includeMembers(
      facts!.ports.map(({ port }) => port),
      [22, 80]
    )
    assert.isTrue(rebootRequired)
  })

  test('T16: reads the same whatever locale, zone and noise the server has', async ({ assert }) => {
    await new CheckServer(remotes).handle(server)
    const plain = (await reload()).facts!
    host.inside(['ln', '-sf', '/usr/share/zoneinfo/Asia/Kolkata', '/etc/localtime'])
    host.writeFile('/etc/default/locale', 'LANG=tr_TR.UTF-8\nLC_ALL=tr_TR.UTF-8\n')
    host.writeFile('/root/.bashrc', 'export LC_ALL=tr_TR.UTF-8\necho fact hostname noise\n')
    await configureSshd(host, 'SetEnv LC_ALL=tr_TR.UTF-8 LANG=\n')
    remotes.forget(server)
    const before = DateTime.utc()
    const result = await new CheckServer(remotes).handle(await reload(), { afresh: true })
    assert.equal(result.kind, 'reachable')
    const { facts, factsAt } = await reload()
    assert.equal(facts!.timezone, 'Asia/Kolkata')
    for (const key of ['hostname', 'os', 'kernel', 'cpus', 'init', 'bootId', 'versions'] as const) {
      assert.deepEqual(facts![key], plain[key], key)
    }
    assert.equal(facts!.memory.totalBytes, plain.memory.totalBytes)
    assert.equal(facts!.disks.length, plain.disks.length)
    assert.isAtLeast(factsAt!.toMillis(), before.toMillis() - 1000)
    assert.isAtMost(factsAt!.toMillis(), Date.now() + 1000)
  })

  test('says when a server that was started anew is back, and asks it for all facts', async ({
    assert,
  }) => {
    await new CheckServer(remotes).handle(server)
    const { bootId } = await reload()
    await host.powerOff()
    await look('answering')
    assert.equal(server.status, 'unreachable')
    await host.powerOn()
    remotes.retryNow(server)
    await look('silent')
    assert.equal(server.status, 'reachable')
    assert.deepEqual(await actions(), ['server.unreachable', 'server.back'])
    assert.notEqual(server.bootId, bootId)

    const again = server.bootId
    await host.reboot()
    await look('answering')
    assert.equal(server.status, 'reachable')
    assert.notEqual(server.bootId, again)
    assert.equal(server.facts!.bootId, server.bootId)
    assert.deepEqual(await actions(), ['server.unreachable', 'server.back'])
  })

  test('keeps looking at those that answer while others are silent', async ({ assert }) => {
    const silent = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        connectedServer(scope, host, {
          name: `silent-${index}`,
          host: '198.51.100.1',
          status: 'unreachable',
          nextCheckAt: DateTime.fromMillis(0),
        })
      )
    )
    await server.merge({ nextCheckAt: DateTime.fromMillis(0), seenAt: null }).save()
    const checks = new CheckServers(remotes)
    const slow = checks.handle('silent')
    await checks.handle('answering')
    assert.isNotNull((await reload()).seenAt)
    await slow
    const left = await Server.within(scope).whereIn(
      'id',
      silent.map(({ id }) => id)
    )
    for (const each of left) assert.equal(each.status, 'unreachable')
  })
})
