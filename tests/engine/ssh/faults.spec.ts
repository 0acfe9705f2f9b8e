import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { type ConnectionLimits } from '#engine/ssh/limits'
import { type RunOptions } from '#engine/ssh/remote'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { configureSshd, errorOf, stdoutOf, targetOf } from '#tests/engine/ssh/target_of'

test.group('faults of the transport', (group) => {
  let fleet: Fleet
  let host: Host
  const pools: RemotePool[] = []

  group.each.setup(async () => {
    fleet = await createFleet().start(['web-1', 'web-2'])
    host = fleet.host('web-1')
    return async () => {
      await Promise.all(pools.splice(0).map((pool) => pool.close()))
      await fleet.stop()
    }
  })

  function poolWith(limits: Partial<ConnectionLimits> = {}): RemotePool {
    const pool = new RemotePool({ limits })
    pools.push(pool)
    return pool
  }

  /** Does something when the command has begun. */
  function whenItSpeaks(act: () => void): RunOptions {
    return { onOutput: (chunk) => (chunk.includes('ready') ? act() : undefined) }
  }

  test('T1: a link that goes down under a command makes its outcome unknown', async ({
    assert,
  }) => {
    const pool = poolWith({ keepaliveInterval: 500, keepaliveCount: 2 })
    const remote = pool.remote(targetOf(host))
    const startedAt = performance.now()
    const { outcome } = await remote.run(
      sh`echo ready; sleep 60`,
      whenItSpeaks(() => host.linkDown())
    )
    assert.equal(outcome.kind, 'unknown')
    assert.match(outcome.kind === 'unknown' ? outcome.reason : '', /Keepalive timeout/)
    assert.isBelow(performance.now() - startedAt, 5000)
    host.linkUp()
    await host.ready()
    assert.equal(await stdoutOf(remote.mustRun(sh`echo back`)), 'back\n')
  })

  test('T3: a paused sshd is a handshake timeout, and other servers do not wait', async ({
    assert,
  }) => {
    host.pauseSshd()
    const pool = poolWith({ handshake: 1500 })
    const paused = errorOf<RemoteError>(pool.remote(targetOf(host)).run(sh`true`))
    const startedAt = performance.now()
    await pool.remote(targetOf(fleet.host('web-2'))).mustRun(sh`true`)
    assert.isBelow(performance.now() - startedAt, 1200)
    const error = await paused
    assert.equal(error.code, 'E_TIMEOUT')
    assert.include(error.message, 'Handshake timeout')
    assert.include(error.message, '1.5 s')
    assert.isBelow(performance.now() - startedAt, 3000)
  })

  test('T4: a session killed under a command makes its outcome unknown', async ({ assert }) => {
    const remote = poolWith().remote(targetOf(host))
    const command = sh`echo ready; sleep 60`
    const { outcome, stdout } = await remote.run(
      command,
      whenItSpeaks(() => host.killSessions())
    )
    assert.equal(outcome.kind, 'unknown')
    assert.equal(stdout, 'ready\n')
    const failed = await errorOf<RemoteError>(
      remote.mustRun(
        command,
        whenItSpeaks(() => host.killSessions())
      )
    )
    assert.equal(failed.code, 'E_COMMAND_FAILED')
    assert.include(failed.message, 'outcome unknown')
    assert.include(failed.hint, 'before you run it again')
  })

  test('T4: a connection lost while idle is replaced without a word', async ({ assert }) => {
    const remote = poolWith().remote(targetOf(host))
    await remote.mustRun(sh`true`)
    host.killSshd()
    await host.ready()
    assert.equal(await stdoutOf(remote.mustRun(sh`echo again`)), 'again\n')
  })

  test('T12: 10 MB on standard error alone come through', async ({ assert }) => {
    const remote = poolWith().remote(targetOf(host))
    let seen = 0
    const result = await remote.run(sh`head -c 10485760 /dev/zero | tr '\\0' e >&2`, {
      onOutput: (chunk, stream) => void (seen += stream === 'stderr' ? chunk.length : 0),
    })
    assert.deepEqual(result.outcome, { kind: 'exited', code: 0 })
    assert.equal(seen, 10_485_760)
    assert.equal(result.stderr, 'e'.repeat(65_536))
    assert.equal(result.stdout, '')
  })

  test('T13: data stays whole while keys are renewed', async ({ assert }) => {
    await configureSshd(host, 'RekeyLimit 1M\n')
    const remote = poolWith().remote(targetOf(host))
    const content = Buffer.alloc(24 * 1024 * 1024, 'rekey me, please: ')
    const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    const down = createHash('sha256')
    const echo = async () => {
      const hash = createHash('sha256')
      const stdin = content.subarray(0, 4 * 1024 * 1024)
      await remote.mustRun(sh`cat`, { stdin, onOutput: (chunk) => void hash.update(chunk) })
      assert.equal(hash.digest('hex'), sum(stdin))
    }
    await remote.writeFile('/srv/large', content, { mode: 0o600 })
    await remote.mustRun(sh`cat /srv/large`, { onOutput: (chunk) => void down.update(chunk) })
    assert.equal(down.digest('hex'), sum(content))
    await Promise.all([echo(), echo(), echo(), echo()])
  })

  test('T14: without native bindings no packet waits for the one before', async ({ assert }) => {
    const require = createRequire(import.meta.url)
    for (const binding of ['sshcrypto', 'cpufeatures']) {
      const compiled = Object.keys(require.cache).filter((file) => file.includes(`${binding}.node`))
      assert.isEmpty(compiled)
    }
    assert.throws(() => require('ssh2/lib/protocol/crypto/build/Release/sshcrypto.node'))
    const remote = poolWith().remote(targetOf(host))
    await remote.mustRun(sh`true`)
    // Where packets wait (Nagle), each of the several of a command takes 40 ms and more.
    const durations: number[] = []
    for (let times = 0; times < 30; times++) {
      const startedAt = performance.now()
      await remote.mustRun(sh`true`)
      durations.push(performance.now() - startedAt)
    }
    assert.isBelow(Math.min(...durations), 40)
    const content = Buffer.alloc(64 * 1024 * 1024, 'up and down')
    const { stdout } = await remote.mustRun(sh`sha256sum`, { stdin: content })
    assert.equal(stdout.slice(0, 64), createHash('sha256').update(content).digest('hex'))
  })

  test('a reader that waits makes the server wait, and loses nothing', async ({ assert }) => {
    const remote = poolWith().remote(targetOf(host))
    const command = sh`head -c 33554432 /dev/zero; echo done > /srv/finished`
    let seen = 0
    let finishedEarly = true
    await remote.mustRun(command, {
      onOutput: async (chunk) => {
        if (seen === 0) {
          await sleep(1000)
          finishedEarly = host.inside(['sh', '-c', 'cat /srv/finished 2>/dev/null || true']) !== ''
        }
        seen += chunk.length
      },
    })
    assert.isFalse(finishedEarly)
    assert.equal(seen, 33_554_432)
  })

  test('a full disk leaves the old file and says so', async ({ assert }) => {
    const remote = poolWith().remote(targetOf(host))
    host.inside(['sh', '-c', 'mkdir /small && mount -t tmpfs -o size=64k tmpfs /small'])
    await remote.writeFile('/small/file', 'old', { mode: 0o600 })
    const content = Buffer.alloc(1024 * 1024, 'x')
    const error = await errorOf<RemoteError>(
      remote.writeFile('/small/file', content, { mode: 0o600 })
    )
    assert.include(error.message, 'No space left on device')
    assert.equal(host.inside(['ls', '-A', '/small']), 'file\n')
    assert.equal(host.inside(['cat', '/small/file']), 'old')
  })

  test('a link at the path is replaced and its target left alone', async ({ assert }) => {
    const remote = poolWith().remote(targetOf(host))
    host.inside(['sh', '-c', 'echo keep > /srv/target && ln -s /srv/target /srv/link'])
    await remote.writeFile('/srv/link', 'new', { mode: 0o604, owner: 'www-data:www-data' })
    assert.equal(host.inside(['cat', '/srv/target']), 'keep\n')
    assert.equal(
      host.inside(['stat', '-c', '%F %a %U:%G', '/srv/link']),
      'regular file 604 www-data:www-data\n'
    )
    const missing = await errorOf<RemoteError>(
      remote.writeFile('/srv/no/dir', 'x', { mode: 0o600 })
    )
    assert.match(missing.message, /\/srv\/no\/.*(nonexistent|No such file)/)
    const directory = await errorOf<RemoteError>(remote.writeFile('/srv', 'x', { mode: 0o600 }))
    assert.include(directory.message, 'directory')
    assert.equal(host.inside(['ls', '-A', '/srv']), 'link\ntarget\n')
  })

  test('a pipe is not read as a file', async ({ assert }) => {
    host.inside(['mkfifo', '/srv/pipe'])
    const error = await errorOf<RemoteError>(
      poolWith().remote(targetOf(host)).readFile('/srv/pipe')
    )
    assert.include(error.message, 'not a regular file')
  })
})
