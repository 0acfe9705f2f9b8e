import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { readVitals } from '#engine/facts/vitals'
import { sh } from '#engine/shell/command'
import { question } from '#engine/shell/question'
import { type RemoteError } from '#engine/ssh/errors'
import { RemotePool, type PoolOptions } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { codeOf, configureSshd, errorOf, targetOf, until } from '#tests/engine/ssh/target_of'

const PID = question`echo $$`

test.group('the resident shell', (group) => {
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
  const alive = (pid: string) =>
    host.inside(['sh', '-c', `kill -0 ${pid.trim()} 2>/dev/null && echo yes || true`]) === 'yes\n'
  const count = (pattern: string) =>
    Number(host.inside(['sh', '-c', `pgrep -fxc '${pattern}' || true`]))

  test('is one process for all questions, and stands beside the four commands', async ({
    assert,
  }) => {
    const remote = open().remote(targetOf(host))
    const { output: pid } = await remote.ask(PID)
    assert.match(pid, /^\d+\n$/)
    const commands = Array.from({ length: 4 }, () => remote.mustRun(sh`sleep 1`))
    await until(() => count('sleep 1') === 4, pool.gauges.bind(pool))
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => pool.remote(targetOf(host)).ask(PID))
    )
    for (const answer of answers) assert.equal(answer.output, pid)
    assert.equal(count('sleep 1'), 4)
    await Promise.all(commands)
    const { connections, channels } = pool.gauges()
    assert.deepEqual({ connections, channels }, { connections: 1, channels: 0 })
  })

  test('gives vitals without starting a process', async ({ assert }) => {
    const remote = open().remote(targetOf(host))
    const { memory, load } = await readVitals(remote)
    const total = /MemTotal: +(\d+)/.exec(host.inside(['cat', '/proc/meminfo']))![1]
    assert.equal(memory.totalBytes, Number(total) * 1024)
    assert.isAbove(memory.availableBytes, 1024 * 1024)
    assert.isAbove(memory.totalBytes, memory.availableBytes)
    assert.lengthOf(load, 3)
    const { output: shell } = await remote.ask(PID)
    // proc(5): page faults of children that were waited for.
    const faultsOfChildren = () =>
      host
        .inside(['cat', `/proc/${shell.trim()}/stat`])
        .split(') ')[1]
        .split(' ')[8]
    const before = faultsOfChildren()
    for (let times = 0; times < 10; times++) await readVitals(remote)
    assert.equal(faultsOfChildren(), before)
    await remote.ask(question`/bin/true`)
    assert.notEqual(faultsOfChildren(), before)
  })

  test('runs as root for a user with sudo', async ({ assert }) => {
    host.addUser('deploy', { sudo: 'nopasswd' })
    const remote = open().remote(targetOf(host, { username: 'deploy' }))
    const { output } = await remote.ask(question`id -u; echo $LC_ALL`)
    assert.equal(output, '0\nC\n')
    const late = await errorOf<RemoteError>(remote.ask(question`sleep 4321`, { timeout: 300 }))
    assert.equal(late.code, 'E_TIMEOUT')
    await until(() => count('sleep 4321') === 0)
    assert.equal((await remote.ask(question`echo back`)).output, 'back\n')
  })

  test('a login that may not become root, or has no shell, is told so', async ({ assert }) => {
    host.addUser('guest')
    host.addUser('off')
    host.inside(['usermod', '--shell', '/usr/sbin/nologin', 'off'])
    open()
    assert.equal(
      await codeOf(pool.remote(targetOf(host, { username: 'guest' })).ask(PID)),
      'E_SUDO'
    )
    const off = targetOf(host, { id: 'off', username: 'off', sudo: false })
    assert.equal(await codeOf(pool.remote(off).ask(PID)), 'E_AUTH')
  })

  test('T4: killed under a question, it is replaced and the question asked once more', async ({
    assert,
  }) => {
    const remote = open().remote(targetOf(host))
    const { output: pid } = await remote.ask(PID)
    const asked = remote.ask(question`echo $$; sleep 0.5; echo answered`)
    const behind = remote.ask(question`echo behind`)
    await until(() => count('sleep 0.5') === 1)
    host.inside(['kill', '-KILL', pid.trim()])
    const { output } = await asked
    assert.match(output, /^\d+\nanswered\n$/)
    assert.notInclude(output, pid)
    assert.equal((await behind).output, 'behind\n')
  })

  test('T4: a connection killed under a question costs nothing but time', async ({ assert }) => {
    const remote = open().remote(targetOf(host))
    await remote.ask(PID)
    const asked = remote.ask(question`sleep 0.5; echo answered`)
    await until(() => count('sleep 0.5') === 1)
    host.killSessions()
    assert.equal((await asked).output, 'answered\n')
  })

  test('a question that kills it twice is an error, and the next is answered', async ({
    assert,
  }) => {
    const remote = open().remote(targetOf(host))
    const error = await errorOf<RemoteError>(remote.ask(question`echo x; kill -KILL $$`))
    assert.equal(error.code, 'E_CONNECT')
    assert.include(error.message, 'lost twice')
    assert.equal((await remote.ask(question`echo fine`)).output, 'fine\n')
    const { code } = await remote.ask(question`no-such-program`)
    assert.equal(code, 127)
    await errorOf(remote.ask(question`if true; then`))
    assert.equal((await remote.ask(question`echo fine`)).output, 'fine\n')
  })

  test('output that looks like the end of an answer is output', async ({ assert }) => {
    const remote = open().remote(targetOf(host))
    const nonce = 'a1b2c3d4e5f6a1b2c3d4e5f6'
    const lines = `b${nonce}\ne${nonce}-0\ne${nonce}-\nb\ne\n`
    host.writeFile('/srv/fake', lines)
    assert.equal((await remote.ask(question`cat /srv/fake; false`)).output, lines)
    await remote.ask(question`{ sleep 0.2; cat /srv/fake; } &`)
    await sleep(400)
    const after = await remote.ask(question`echo mine`)
    assert.deepEqual(after, { code: 0, output: 'mine\n', truncated: false })
  })

  test('an answer of 10 MB is cut, and memory does not grow by it', async ({ assert }) => {
    const remote = open().remote(targetOf(host))
    await remote.ask(PID)
    const large = question`head -c 10485760 /dev/zero | tr '\\0' x; exit_code() { return 3; }; exit_code`
    const peaks: number[] = []
    for (let times = 0; times < 12; times++) {
      const { code, output, truncated } = await remote.ask(large)
      assert.deepEqual({ code, truncated }, { code: 3, truncated: true })
      assert.equal(output, 'x'.repeat(65_536))
      peaks.push(process.memoryUsage.rss())
    }
    assert.isBelow(peaks[11] - peaks[3], 48 * 1024 * 1024)
    assert.equal((await remote.ask(PID)).truncated, false)
  })

  test('an answer that never ends is ended at its timeout, on the server too', async ({
    assert,
  }) => {
    const remote = open().remote(targetOf(host))
    const { output: pid } = await remote.ask(PID)
    const endless = remote.ask(question`while :; do echo y; done`, { timeout: 500 })
    const inTurn = remote.ask(question`sleep 0.01; echo late`, { timeout: 200 })
    assert.equal(await codeOf(inTurn), 'E_TIMEOUT')
    assert.equal(await codeOf(endless), 'E_TIMEOUT')
    await until(() => !alive(pid))
    assert.notEqual((await remote.ask(PID)).output, pid)
  })

  test('a reboot of the server is survived', async ({ assert }) => {
    const remote = open({ limits: { connect: 1000 } }).remote(targetOf(host))
    const bootId = question`read -r id </proc/sys/kernel/random/boot_id; echo "$id"`
    const before = await remote.ask(bootId)
    await host.reboot()
    const after = await remote.ask(bootId)
    assert.match(after.output, /^[0-9a-f-]{36}\n$/)
    assert.notEqual(after.output, before.output)
  })

  test('T2: a server off the network rejects each question in its time', async ({ assert }) => {
    open({ limits: { keepaliveInterval: 500, keepaliveCount: 2, connect: 500 } })
    const remote = pool.remote(targetOf(host))
    await remote.ask(PID)
    host.linkDown()
    for (let times = 0; times < 4; times++) {
      const code = await codeOf(remote.ask(PID, { timeout: 700 }))
      assert.oneOf(code, ['E_TIMEOUT', 'E_CONNECT'])
    }
    host.linkUp()
    await host.ready()
    pool.reset('web-1')
    assert.equal((await remote.ask(question`echo back`)).output, 'back\n')
  })

  test('it does not keep an idle connection open, questions do', async ({ assert }) => {
    const remote = open({ limits: { idle: 400 } }).remote(targetOf(host))
    const { output: pid } = await remote.ask(PID)
    for (let times = 0; times < 6; times++) {
      await sleep(150)
      assert.equal((await remote.ask(PID)).output, pid)
    }
    await until(() => pool.gauges().connections === 0)
    await until(() => !alive(pid))
    assert.notEqual((await remote.ask(PID)).output, pid)
  })

  test('where the server allows one session, commands have it and answer the questions', async ({
    assert,
  }) => {
    await configureSshd(host, 'MaxSessions 1\n')
    const remote = open({ limits: { patience: 50 } }).remote(targetOf(host))
    for (let times = 0; times < 5; times++) {
      assert.equal((await remote.ask(question`echo ${times}`)).output, `${times}\n`)
      assert.equal((await remote.mustRun(sh`echo ${times}`)).stdout, `${times}\n`)
    }
    const { connections } = pool.gauges()
    assert.equal(connections, 1)
  })

  test('a forgotten server answers nothing more', async ({ assert }) => {
    const remote = open().remote(targetOf(host))
    const { output: pid } = await remote.ask(PID)
    pool.forget('web-1')
    assert.equal(await codeOf(remote.ask(PID)), 'E_CONNECT')
    await until(() => !alive(pid))
  })
})
