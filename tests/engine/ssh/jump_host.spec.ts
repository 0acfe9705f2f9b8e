import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { fingerprint } from '#engine/ssh/host_key'
import { HopFailed } from '#engine/ssh/hop_failed'
import { HostKeyMismatch } from '#engine/ssh/host_key_mismatch'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { RemotePool, type PoolOptions } from '#engine/ssh/remote_pool'
import { type Target } from '#engine/ssh/target'
import { Secret } from '#engine/shell/secret'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import {
  configureSshd,
  errorOf,
  hide,
  logRequests,
  requests,
  stdoutOf,
  targetOf,
  until,
} from '#tests/engine/ssh/target_of'

test.group('jump hosts', (group) => {
  let fleet: Fleet
  let bastion: Host
  let inner: Host
  let pool: RemotePool

  group.each.setup(async () => {
    fleet = await createFleet().start(['bastion', 'inner'])
    bastion = fleet.host('bastion')
    inner = fleet.host('inner')
    await logRequests(bastion)
    await logRequests(inner)
    hide(inner)
    return async () => {
      await pool.close()
      await fleet.stop()
    }
  })

  const open = (options: PoolOptions = {}) => (pool = new RemotePool(options))
  const behind = (changes: Partial<Target> = {}, hop: Partial<Target> = {}) =>
    targetOf(inner, { via: targetOf(bastion, hop), ...changes })
  const hostname = (target: Target) => stdoutOf(pool.remote(target).mustRun(sh`hostname`))
  const failure = <E extends RemoteError>(target: Target) =>
    errorOf<E>(pool.remote(target).run(sh`true`))
  const innerAnswers = () =>
    bastion.insideAsync(['sh', '-c', `until nc -z ${inner.address} 22; do sleep 0.1; done`])
  const path = () => `${inner.address} (via ${bastion.address})`

  test('a server that only another one reaches is reached through that one', async ({ assert }) => {
    open({ limits: { connect: 700 } })
    const alone = await failure(targetOf(inner, { id: 'alone' }))
    assert.equal(alone.code, 'E_TIMEOUT')
    assert.equal(await hostname(behind()), 'inner\n')
    assert.equal(await hostname(targetOf(bastion)), 'bastion\n')
    const { connections, servers } = pool.gauges()
    assert.deepEqual({ connections, servers }, { connections: 2, servers: 3 })
    assert.include(inner.inside(['ss', '-Htn', 'state', 'established']), bastion.address)
  })

  test('all servers behind it share the connection of the jump host', async ({ assert }) => {
    open()
    await hostname(behind())
    const logins = requests(bastion)
    const names = await Promise.all(
      Array.from({ length: 8 }, (_, index) => hostname(behind({ id: `inner-${index}` })))
    )
    assert.deepEqual(names, Array(8).fill('inner\n'))
    assert.equal(pool.gauges().connections, 10)
    assert.equal(requests(bastion), logins)
  })

  test('T7: each of the two has its own pinned key, and neither passes for the other', async ({
    assert,
  }) => {
    open()
    const swapped = await failure<HopFailed>(behind({}, { hostKeys: [inner.hostKey] }))
    assert.instanceOf(swapped, HopFailed)
    assert.equal(swapped.code, 'E_CONNECT')
    assert.instanceOf(swapped.cause, HostKeyMismatch)
    assert.include(swapped.message, `${inner.address} via ${bastion.address}: `)
    assert.include(swapped.message, fingerprint(bastion.hostKey))
    assert.equal(requests(bastion), 0)

    const borrowed = await failure<HostKeyMismatch>(behind({ hostKeys: [bastion.hostKey] }))
    assert.instanceOf(borrowed, HostKeyMismatch)
    assert.isTrue(borrowed.message.startsWith(`${path()} offered the host key`))
    assert.deepEqual(borrowed.offered, inner.hostKey)
    assert.equal(requests(inner), 0)
    pool.reset('inner')
    assert.equal(await hostname(behind()), 'inner\n')
  })

  test('T7: an impostor at either hop is refused and sees no authentication', async ({
    assert,
  }) => {
    open()
    const pinned = behind()
    inner.replaceHostKey()
    await innerAnswers()
    const behindIt = await failure<HostKeyMismatch>(pinned)
    assert.equal(behindIt.code, 'E_HOST_KEY')
    assert.include(behindIt.message, path())
    assert.equal(requests(inner), 0)

    pool.forget('bastion')
    const before = requests(bastion)
    bastion.replaceHostKey()
    await bastion.ready()
    const target = behind({ id: 'again' }, { hostKeys: pinned.via!.hostKeys })
    const between = await failure<HopFailed>(target)
    assert.equal(between.cause.code, 'E_HOST_KEY')
    assert.equal(requests(bastion), before)
    assert.equal(requests(inner), 0)
    const again = await failure<HopFailed>(target)
    assert.include(again.message, 'until someone has confirmed')
  })

  test('a refused login says whose it was, and which hop refused', async ({ assert }) => {
    open()
    const wrong = { kind: 'key' as const, privateKey: generateKeyPair('other').privateKey }
    const atHop = await failure<HopFailed>(behind({}, { credential: wrong }))
    assert.instanceOf(atHop, HopFailed)
    assert.equal(atHop.cause.code, 'E_AUTH')
    assert.include(atHop.message, `via ${bastion.address}: ${bastion.address} refused the key`)
    const atTarget = await failure(behind({ credential: wrong }))
    assert.equal(atTarget.code, 'E_AUTH')
    assert.include(atTarget.message, `${path()} refused the key of user root`)
    const unusable = { kind: 'key' as const, privateKey: new Secret('canary') }
    const before = await failure(behind({ credential: unusable }))
    assert.include(before.message, path())
  })

  test('what keeps the jump host from reaching the server is said', async ({ assert }) => {
    open({ limits: { connect: 1000 } })
    const closed = await failure(behind({ id: 'closed', port: 1 }))
    assert.equal(closed.code, 'E_CONNECT')
    assert.include(closed.message, `${bastion.address} cannot connect to ${inner.address}:1`)
    inner.linkDown()
    const silent = await failure(behind({ id: 'silent' }))
    assert.include(silent.message, `${bastion.address} cannot connect to ${inner.address}:22`)
    assert.oneOf(silent.code, ['E_TIMEOUT', 'E_CONNECT'])
    inner.linkUp()
    pool.forget('bastion')
    await configureSshd(bastion, 'AllowTcpForwarding no\n')
    const prohibited = await failure(behind({ id: 'prohibited' }))
    assert.equal(prohibited.code, 'E_CONNECT')
    assert.include(prohibited.message, 'sshd does not allow it')
    assert.include(prohibited.hint, 'AllowTcpForwarding yes')
  })

  test('T4: a jump host that dies makes the outcome unknown, and is replaced', async ({
    assert,
  }) => {
    const remote = open().remote(behind())
    const { outcome } = await remote.run(sh`echo ready; sleep 60`, {
      onOutput: () => bastion.killSessions(),
    })
    assert.equal(outcome.kind, 'unknown')
    assert.match(
      outcome.kind === 'unknown' ? outcome.reason : '',
      new RegExp(`via ${bastion.address}`)
    )
    assert.equal(await stdoutOf(remote.mustRun(sh`hostname`)), 'inner\n')
  })

  test('T1: a jump host off the network is noticed by its keepalive', async ({ assert }) => {
    open({ limits: { keepaliveInterval: 500, keepaliveCount: 2, connect: 1000 } })
    const remote = pool.remote(behind())
    const { outcome } = await remote.run(sh`echo ready; sleep 60`, {
      onOutput: () => bastion.linkDown(),
    })
    assert.equal(outcome.kind, 'unknown')
    assert.match(outcome.kind === 'unknown' ? outcome.reason : '', /Keepalive timeout/)
    const down = await errorOf<HopFailed>(remote.run(sh`true`))
    assert.instanceOf(down, HopFailed)
    bastion.linkUp()
    await bastion.ready()
    await innerAnswers()
    assert.equal(await stdoutOf(remote.mustRun(sh`hostname`)), 'inner\n')
    await until(() => pool.gauges().connections === 2, pool.gauges.bind(pool))
  })

  test('a failing jump host is not held against the server behind it', async ({ assert }) => {
    let now = 0
    open({ now: () => now, random: () => 0.5 })
    bastion.stopSshd()
    for (let count = 0; count < 5; count++) {
      const error = await failure<HopFailed>(behind())
      assert.instanceOf(error, HopFailed)
    }
    assert.equal(pool.gauges().openBreakers, 1)
    bastion.startSshd()
    await bastion.ready()
    now += 15_001
    assert.equal(await hostname(behind()), 'inner\n')
    assert.equal(pool.gauges().openBreakers, 0)
  })

  test('a jump connection stays open while one rides on it, and goes idle after', async ({
    assert,
  }) => {
    open({ limits: { idle: 300 } })
    const remote = pool.remote(behind())
    assert.equal(await stdoutOf(remote.mustRun(sh`sleep 1; echo done`)), 'done\n')
    assert.equal(pool.gauges().connections, 2)
    await until(() => pool.gauges().connections === 0, pool.gauges.bind(pool))
    assert.equal(await stdoutOf(remote.mustRun(sh`hostname`)), 'inner\n')
  })

  test('a jump host that is forgotten lets what runs through it finish, and no more', async ({
    assert,
  }) => {
    const remote = open().remote(behind())
    const begun = Promise.withResolvers<void>()
    const running = remote.mustRun(sh`echo begun; sleep 1; echo done`, {
      onOutput: () => begun.resolve(),
    })
    await begun.promise
    pool.forget('bastion')
    assert.equal(await stdoutOf(remote.mustRun(sh`hostname`)), 'inner\n')
    assert.equal(pool.gauges().connections, 3)
    assert.equal(await stdoutOf(running), 'begun\ndone\n')
    await until(() => pool.gauges().connections === 2, pool.gauges.bind(pool))
  })

  test('a changed jump host gets a connection of its own', async ({ assert }) => {
    open()
    assert.equal(await hostname(behind()), 'inner\n')
    bastion.addUser('hop')
    assert.equal(await hostname(behind({}, { username: 'hop', sudo: false })), 'inner\n')
    const sessions = bastion.inside(['sh', '-c', 'pgrep -f "^sshd: hop" | wc -l'])
    assert.isAbove(Number(sessions), 0)
    await until(
      () => bastion.inside(['sh', '-c', 'pgrep -fc "^sshd: root" || true']).trim() === '0'
    )
  })

  test('a jump host behind another one is refused, and so is a server behind itself', async ({
    assert,
  }) => {
    open()
    const chain = behind({}, { via: targetOf(bastion, { id: 'further' }) })
    const itself = targetOf(inner, { via: targetOf(inner) })
    for (const target of [chain, itself]) {
      assert.throws(() => pool.remote(target), /goes through one only|cannot be reached that way/)
    }
    assert.equal(pool.gauges().servers, 0)
  })

  test('close ends what is under way at once, on both', async ({ assert }) => {
    const begun = Promise.withResolvers<void>()
    const running = open()
      .remote(behind())
      .run(sh`echo begun; sleep 60`, { onOutput: () => begun.resolve() })
    await begun.promise
    await pool.close()
    assert.equal((await running).outcome.kind, 'unknown')
  })
})
