import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { RemotePool, type PoolOptions } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import {
  codeOf,
  configureSshd,
  errorOf,
  logRequests,
  requests,
  stdoutOf,
  targetOf,
} from '#tests/engine/ssh/target_of'

const EMPTY = { servers: 0, connections: 0, channels: 0, waiting: 0, logins: 0, openBreakers: 0 }

test.group('RemotePool', (group) => {
  let fleet: Fleet
  let host: Host
  let pool: RemotePool

  group.each.setup(async () => {
    fleet = await createFleet().start(1)
    host = fleet.host('web-1')
    return async () => {
      await pool.close()
      await fleet.stop()
    }
  })

  const open = (options: PoolOptions = {}) => (pool = new RemotePool(options))

  /** Repeats a question until the answer is yes. */
  async function until(answer: () => boolean): Promise<void> {
    for (let count = 0; !answer(); count++) {
      if (count > 200) throw new Error(`It did not come: ${JSON.stringify(pool.gauges())}`)
      await sleep(20)
    }
  }

  test('T8: 200 commands on one server all finish, 4 at a time per connection', async ({
    assert,
  }) => {
    const remote = open().remote(targetOf(host))
    let most = 0
    let logins = 0
    const watch = setInterval(() => {
      const { channels, connections, logins: current } = pool.gauges()
      most = Math.max(most, channels - 4 * connections)
      logins = Math.max(logins, current)
    }, 1)
    const commands = Array.from({ length: 200 }, (_, index) => remote.mustRun(sh`echo ${index}`))
    const results = await Promise.all(commands)
    clearInterval(watch)
    results.forEach((result, index) => assert.equal(result.stdout, `${index}\n`))
    assert.isAtMost(most, 0)
    assert.isAtMost(logins, 3)
    assert.isAtMost(pool.gauges().connections, 5)
    await until(() => pool.gauges().channels === 0)
  })

  test('T8: long commands do not keep short ones waiting', async ({ assert }) => {
    const remote = open({ limits: { patience: 50 } }).remote(targetOf(host))
    const stop = new AbortController()
    const long = Array.from({ length: 6 }, () =>
      errorOf<RemoteError>(remote.run(sh`sleep 60`, { signal: stop.signal }))
    )
    await until(() => pool.gauges().channels === 6)
    const startedAt = performance.now()
    await remote.mustRun(sh`true`)
    assert.isBelow(performance.now() - startedAt, 1500)
    assert.equal(pool.gauges().connections, 2)
    stop.abort()
    for (const error of await Promise.all(long)) assert.equal(error.code, 'E_ABORTED')
  })

  test('T8: a server that allows few sessions gets further connections instead', async ({
    assert,
  }) => {
    await configureSshd(host, 'MaxSessions 2\n')
    const remote = open({ limits: { patience: 50 } }).remote(targetOf(host))
    const results = await Promise.all(
      Array.from({ length: 24 }, (_, index) => remote.mustRun(sh`sleep 0.1; echo ${index}`))
    )
    results.forEach((result, index) => assert.equal(result.stdout, `${index}\n`))
  })

  test('a command is sent once, however many connections it takes', async ({ assert }) => {
    await configureSshd(host, 'MaxSessions 1\n')
    const remote = open({ limits: { patience: 20 } }).remote(targetOf(host))
    await Promise.all(Array.from({ length: 12 }, () => remote.mustRun(sh`echo x >> /srv/count`)))
    assert.equal(host.inside(['cat', '/srv/count']), 'x\n'.repeat(12))
  })

  test('many pools on a server with few unauthenticated logins all get in', async ({ assert }) => {
    await configureSshd(host, 'MaxStartups 3:50:10\n')
    open()
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, pool.gauges().logins)), 1)
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        pool.remote(targetOf(host, { id: `server-${index}` })).run(sh`true`)
      )
    )
    clearInterval(watch)
    for (const { outcome } of results) assert.deepEqual(outcome, { kind: 'exited', code: 0 })
    assert.equal(most, 3)
  })

  test('the same id shares one connection', async ({ assert }) => {
    open()
    for (let count = 0; count < 3; count++) await pool.remote(targetOf(host)).mustRun(sh`true`)
    const { servers, connections } = pool.gauges()
    assert.deepEqual({ servers, connections }, { servers: 1, connections: 1 })
  })

  test('an idle connection is closed and opened again when needed', async ({ assert }) => {
    const remote = open({ limits: { idle: 200 } }).remote(targetOf(host))
    await remote.mustRun(sh`true`)
    await until(() => pool.gauges().connections === 0)
    await remote.mustRun(sh`sleep 0.6`)
    assert.equal(pool.gauges().connections, 1)
  })

  test('forget lets what runs finish and takes no more', async ({ assert }) => {
    const remote = open().remote(targetOf(host))
    const running = remote.mustRun(sh`sleep 0.5; echo done`)
    await until(() => pool.gauges().channels === 1)
    pool.forget('web-1')
    assert.deepEqual(pool.gauges(), EMPTY)
    assert.equal(await codeOf(remote.run(sh`true`)), 'E_CONNECT')
    assert.equal(await stdoutOf(running), 'done\n')
    await until(() => host.inside(['sh', '-c', 'pgrep -fc "^sshd: root" || true']).trim() === '0')
  })

  test('changed credentials get connections of their own', async ({ assert }) => {
    host.addUser('deploy', { sudo: 'nopasswd' })
    const before = open().remote(targetOf(host))
    const running = before.mustRun(sh`sleep 0.5; id -un`, { asLogin: true })
    await until(() => pool.gauges().channels === 1)
    const after = pool.remote(targetOf(host, { username: 'deploy' }))
    assert.equal(await stdoutOf(after.mustRun(sh`id -un`, { asLogin: true })), 'deploy\n')
    assert.equal(await stdoutOf(running), 'root\n')
    assert.equal(pool.gauges().servers, 1)
  })

  test('close ends everything, and commands under way as unknown', async ({ assert }) => {
    const begun = Promise.withResolvers<void>()
    const running = open()
      .remote(targetOf(host))
      .run(sh`echo begun; sleep 60`, { onOutput: () => begun.resolve() })
    await begun.promise
    await pool.close()
    const { outcome } = await running
    assert.equal(outcome.kind, 'unknown')
    assert.deepEqual(pool.gauges(), EMPTY)
  })

  test('T9: a dead server is left alone after 3 failures and tried again later', async ({
    assert,
  }) => {
    let now = 0
    open({ now: () => now, random: () => 0.5 })
    host.stopSshd()
    const attempt = () => errorOf<RemoteError>(pool.remote(targetOf(host)).run(sh`true`))
    for (let count = 0; count < 3; count++) {
      const failed = await attempt()
      assert.notInclude(failed.message, 'again')
    }
    const refused = await attempt()
    assert.equal(refused.code, 'E_CONNECT')
    assert.match(refused.message, /connection refused.* not tried again by itself for 15 s/)
    assert.equal(pool.gauges().openBreakers, 1)
    host.startSshd()
    await host.ready()
    const early = await attempt()
    assert.include(early.message, 'not tried again')
    now += 15_001
    await pool.remote(targetOf(host)).mustRun(sh`true`)
    assert.equal(pool.gauges().openBreakers, 0)
  })

  test('waiting for a connection counts towards the timeout', async ({ assert }) => {
    await logRequests(host)
    host.pauseSshd()
    const remote = open().remote(targetOf(host))
    const error = await errorOf<RemoteError>(remote.run(sh`true`, { timeout: 300 }))
    assert.equal(error.code, 'E_TIMEOUT')
    assert.include(error.message, 'not started')
    host.resumeSshd()
    assert.equal(pool.gauges().waiting, 0)
    await remote.mustRun(sh`true`)
    assert.isAbove(requests(host), 0)
  })
})
