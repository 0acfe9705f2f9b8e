import { once } from 'node:events'
import net from 'node:net'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { RemotePool, type PoolOptions } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { errorOf, targetOf, until } from '#tests/engine/ssh/target_of'

/** Servers that accept connections and never say a word. */
async function silentServers(count: number): Promise<{ ports: number[]; close(): void }> {
  const sockets = new Set<net.Socket>()
  const servers = Array.from({ length: count }, () =>
    net.createServer((socket) => sockets.add(socket.on('error', () => {})))
  )
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')))
  return {
    ports: servers.map((server) => (server.address() as net.AddressInfo).port),
    close: () => {
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

test.group('many servers at once', (group) => {
  let fleet: Fleet
  let pool: RemotePool

  group.each.setup(() => async () => {
    await pool.close()
    await fleet.stop()
  })

  const open = (options: PoolOptions = {}) => (pool = new RemotePool(options))

  test('T9: of 300 servers 50 are dead, and none of the others waits for them', async ({
    assert,
  }) => {
    fleet = await createFleet().start(10)
    const silent = await silentServers(50)
    open({ limits: { handshake: 300_000 } })
    let given = 0
    const dead = silent.ports.map((port, index) => {
      const target = targetOf(fleet.hosts[0], { id: `dead-${index}`, host: '127.0.0.1', port })
      return errorOf<RemoteError>(pool.remote(target).run(sh`true`)).finally(() => given++)
    })
    await until(() => pool.gauges().logins === 50, pool.gauges.bind(pool))
    const living = Array.from({ length: 250 }, (_, index) =>
      pool
        .remote(targetOf(fleet.hosts[index % 10], { id: `web-${index}` }))
        .mustRun(sh`echo ${index}`)
    )
    for (const [index, { stdout }] of (await Promise.all(living)).entries()) {
      assert.equal(stdout, `${index}\n`)
    }
    assert.equal(given, 0)
    assert.equal(pool.gauges().connections, 250)
    silent.close()
    for (const error of await Promise.all(dead)) assert.equal(error.code, 'E_CONNECT')
  }).timeout(180_000)

  test('T9: the dead ones are left alone after 3 failures each', async ({ assert }) => {
    fleet = await createFleet().start(1)
    const host = fleet.host('web-1')
    host.stopSshd()
    open()
    const attempt = () =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          errorOf<RemoteError>(pool.remote(targetOf(host, { id: `dead-${index}` })).run(sh`true`))
        )
      )
    for (let times = 0; times < 3; times++) await attempt()
    assert.equal(pool.gauges().openBreakers, 50)
    for (const error of await attempt()) assert.match(error.message, /not tried again by itself/)
  })

  test('T2: servers that stay away cost no timer and no connection', async ({ assert }) => {
    fleet = await createFleet().start(1)
    const host = fleet.host('web-1')
    const before = timers()
    open({ limits: { keepaliveInterval: 500, keepaliveCount: 3, connect: 2000 } })
    const remotes = Array.from({ length: 6 }, (_, index) =>
      pool.remote(targetOf(host, { id: `web-${index}` }))
    )
    await Promise.all(remotes.map((remote) => remote.mustRun(sh`true`)))
    let ready = 0
    const running = remotes.map((remote) =>
      remote.run(sh`echo ready; sleep 600`, { onOutput: () => void ready++ })
    )
    await until(() => ready === 6)
    host.linkDown()
    for (const { outcome } of await Promise.all(running)) assert.equal(outcome.kind, 'unknown')
    for (let times = 0; times < 4; times++) {
      await Promise.all(remotes.map((remote) => errorOf(remote.run(sh`true`))))
    }
    const { connections, channels, waiting, logins, openBreakers } = pool.gauges()
    assert.deepEqual(
      { connections, channels, waiting, logins, openBreakers },
      { connections: 0, channels: 0, waiting: 0, logins: 0, openBreakers: 6 }
    )
    await until(() => timers() <= before + 1, timers)
    host.linkUp()
    await host.ready()
    for (let index = 0; index < 6; index++) pool.reset(`web-${index}`)
    await Promise.all(remotes.map((remote) => remote.mustRun(sh`true`)))
  })
})
