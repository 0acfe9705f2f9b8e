import { test } from '@japa/runner'
import { createNonce } from '#engine/detached/nonce'
import { ProgressParser } from '#engine/detached/progress'
import { gatherFacts } from '#engine/facts/facts'
import { compilePrepare, prepareServer, type Software } from '#engine/provision/prepare_server'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { RunUnderWay } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

test.group('Preparing a server', (group) => {
  const fleet = createFleet({ image: 'base' })
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start(2)
    await Promise.all(fleet.hosts.map((host) => host.systemState()))
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  const remote = (name: string) => pool.remote(targetOf(fleet.host(name)))

  async function prepare(name: string, software: Software[]) {
    const nonce = createNonce()
    const body = compilePrepare(prepareServer({ software }), { nonce })
    const run = new RunUnderWay(remote(name), body)
    const { result } = await run.ended
    const parser = new ProgressParser(nonce)
    const items = run.chunks.flatMap((chunk) => parser.push(chunk))
    const log = items.map((item) => (item.kind === 'log' ? item.bytes.toString() : '')).join('')
    const results: Record<string, string> = {}
    for (const item of items) {
      if (item.kind === 'event' && item.event.event === 'result') {
        results[item.event.name] = item.event.value
      }
    }
    return { result, log, results, steps: items.filter((item) => item.kind === 'event').length }
  }

  test('installs what is missing and tells the versions', async ({ assert }) => {
    const before = await gatherFacts(remote('web-1'))
    assert.isNull(before.versions.nginx)
    const { result, results, log } = await prepare('web-1', ['node', 'php', 'python'])
    assert.containSubset(result, { state: 'finished', code: 0 }, log)
    const host = fleet.host('web-1')
    assert.equal(host.inside(['systemctl', 'is-active', 'nginx']).trim(), 'active')
    assert.equal(host.inside(['systemctl', 'is-enabled', 'nginx']).trim(), 'enabled')
    assert.equal(host.inside(['stat', '-c', '%a', '/srv/muster']).trim(), '755')
    const { versions } = await gatherFacts(remote('web-1'))
    assert.deepEqual({ ...results }, { ...versions })
    assert.match(results.php, /^\d+\.\d+$/)
    const modules = host.inside([`php${results.php}`, '-m'])
    for (const name of ['mbstring', 'curl', 'pdo_mysql', 'Zend OPcache'])
      assert.include(modules, name)
    host.inside(['python3', '-m', 'venv', '/var/tmp/venv'])
    assert.equal(`v${results.node}`, host.inside(['node', '--version']).trim())
  }).timeout(480_000)

  test('does nothing the second time', async ({ assert }) => {
    const { result, log } = await prepare('web-1', ['node', 'php', 'python'])
    assert.containSubset(result, { state: 'finished', code: 0 })
    assert.include(log, 'Everything is there.')
    assert.notInclude(log, 'Setting up')
  }).timeout(120_000)

  test('goes on where an installation was cut off', async ({ assert }) => {
    const host = fleet.host('web-1')
    host.inside(['apt-get', '-q', '-y', 'remove', 'php-zip'])
    const status = '/var/lib/dpkg/status'
    const half = `awk '/^Package: /{git = ($2 == "git")} git && /^Status: /{$0 = "Status: install ok unpacked"} {print}' ${status} > ${status}.x && mv ${status}.x ${status}`
    host.inside(['sh', '-c', half])
    const { result, log } = await prepare('web-1', ['php'])
    assert.containSubset(result, { state: 'finished', code: 0 }, log)
    assert.include(log, 'Missing: php-zip')
    assert.include(log, 'Setting up git')
  }).timeout(480_000)

  test('does not install Node for static sites, and waits for another apt', async ({ assert }) => {
    const host = fleet.host('web-2')
    const hold = `import fcntl, time
f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(6)`
    host.inside(['systemd-run', '--quiet', 'python3', '-c', hold])
    const began = performance.now()
    const { result, log } = await prepare('web-2', [])
    assert.containSubset(result, { state: 'finished', code: 0 }, log)
    assert.isAbove(performance.now() - began, 4000)
    const { versions } = await gatherFacts(remote('web-2'))
    assert.isNotNull(versions.nginx)
    assert.isNull(versions.node)
  }).timeout(480_000)

  test('facts are those of the host', async ({ assert }) => {
    const host = fleet.host('web-1')
    const facts = await gatherFacts(remote('web-1'))
    assert.containSubset(facts, {
      hostname: 'web-1',
      os: { id: 'debian', version: '12' },
      kernel: host.inside(['uname', '-r']).trim(),
      cpus: Number(host.inside(['nproc'])),
      bootId: host.inside(['cat', '/proc/sys/kernel/random/boot_id']).trim(),
      init: 'systemd',
      packageManager: 'apt',
    })
    assert.isAbove(facts.memory.totalBytes, 100 * 1024 * 1024)
    assert.equal(facts.disks[0].mount, '/')
    assert.isAtLeast(facts.uptimeSeconds, 1)
  })
})
