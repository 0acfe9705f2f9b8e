import { test } from '@japa/runner'
import { gatherFacts } from '#engine/facts/facts'
import { readVitals } from '#engine/facts/vitals'
import { sh } from '#engine/shell/command'
import { type RemoteError } from '#engine/ssh/errors'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet, type Fleet } from '#tests/fleet/fleet'
import { type Host } from '#tests/fleet/host'
import { runToEnd } from '#tests/engine/detached/run_of'
import { errorOf, stdoutOf, targetOf } from '#tests/engine/ssh/target_of'

test.group('a server with another clock and language', (group) => {
  let fleet: Fleet
  let host: Host
  let pool: RemotePool

  group.each.setup(async () => {
    fleet = await createFleet().start(1)
    host = fleet.host('web-1')
    pool = new RemotePool()
    await host.systemState()
    return async () => {
      await pool.close()
      await fleet.stop()
    }
  })

  async function install(...packages: string[]): Promise<void> {
    host.inside(['apt-get', 'update'])
    await host.insideAsync(['apt-get', 'install', '-y', '--no-install-recommends', ...packages])
  }

  test('T16: a Turkish server is read and quoted in the language C', async ({ assert }) => {
    await install('locales')
    host.inside(['localedef', '-i', 'tr_TR', '-f', 'UTF-8', 'tr_TR.UTF-8'])
    host.writeFile('/etc/default/locale', 'LANG=tr_TR.UTF-8\nLC_ALL=tr_TR.UTF-8\n')
    host.writeFile('/etc/environment', 'LANG=tr_TR.UTF-8\nLC_ALL=tr_TR.UTF-8\n')
    for (const username of ['root', 'deploy']) {
      if (username === 'deploy') host.addUser('deploy', { sudo: 'nopasswd' })
      const remote = pool.remote(targetOf(host, { id: username, username }))
      const language = remote.run(sh`echo "$LANG|$LC_ALL"`, { asLogin: true })
      assert.equal(await stdoutOf(language), 'tr_TR.UTF-8|C\n')
      assert.equal(
        await stdoutOf(remote.run(sh`locale decimal_point; printf '%.1f' 0.5`)),
        '.\n0.5'
      )
      const { load, disks, memory, hostname } = await gatherFacts(remote)
      assert.equal(hostname, 'web-1')
      assert.isAbove(memory.totalBytes, 0)
      assert.isNotEmpty(disks)
      assert.isTrue(load.every((value) => value >= 0))
      assert.isAbove((await readVitals(remote)).memory.totalBytes, 0)
      const missing = await errorOf<RemoteError>(remote.mustRun(sh`ls /nowhere`))
      assert.include(missing.message, 'No such file or directory')
      const { result, log } = await runToEnd(remote, 'echo "$((1 + 1)) İ"; exit 3')
      assert.containSubset(result, { state: 'finished', code: 3 })
      assert.equal(log, '2 İ\n')
    }
  })

  test('T16: a server without any language setting is read, too', async ({ assert }) => {
    host.inside(['sh', '-c', ': > /etc/default/locale; : > /etc/environment'])
    const remote = pool.remote(targetOf(host))
    assert.equal(await stdoutOf(remote.run(sh`echo "$LANG|$LC_ALL"`)), '|C\n')
    assert.isNotEmpty((await gatherFacts(remote)).disks)
  })

  test('T16: a clock that is 3 h ahead misleads nobody', async ({ assert }) => {
    await install('libfaketime')
    host.writeFile('/etc/faketimerc', '+3h\n')
    const library = host.inside(['sh', '-c', 'ls /usr/lib/*/faketime/libfaketime.so.1']).trim()
    // For what is started in sessions: sshd itself does not live with it.
    host.writeFile('/etc/environment', `LD_PRELOAD=${library}\n`)
    const remote = pool.remote(targetOf(host))
    const ahead = Number(await stdoutOf(remote.run(sh`date +%s`))) - Date.now() / 1000
    assert.closeTo(ahead, 3 * 3600, 60)
    const { durationMs } = await remote.mustRun(sh`sleep 0.2`)
    assert.isBelow(durationMs, 60_000)
    assert.equal((await gatherFacts(remote)).hostname, 'web-1')
    await remote.writeFile('/srv/file', 'content', { mode: 0o600 })
    assert.equal(String(await remote.readFile('/srv/file')), 'content')
    for (const launcher of ['systemd', 'setsid'] as const) {
      const options = { launcher, deadlineSeconds: 30 }
      const { result, log } = await runToEnd(remote, 'sleep 0.5; echo done; exit 4', options)
      assert.containSubset(result, { state: 'finished', code: 4, facts: { timedOut: false } })
      assert.equal(log, 'done\n')
      const late = await runToEnd(remote, 'sleep 60', { launcher, deadlineSeconds: 1 })
      assert.containSubset(late.result, { state: 'finished', facts: { timedOut: true } })
    }
  })
})
