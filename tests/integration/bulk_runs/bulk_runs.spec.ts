import { test } from '@japa/runner'
import { RunWorker } from '#app/runs/worker/run_worker'
import CreateBulkRun from '#app/bulk_runs/actions/create_bulk_run'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { readyActions, type ReadyActionName } from '#app/bulk_runs/ready_actions'
import type Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'
import { createFleet } from '#tests/fleet/fleet'
import { bulkRunRow, countsOf, startCommand, targetsOf } from '#tests/support/bulk_runs'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { logOf, waitForRun } from '#tests/support/script_runs'

const HOSTS = ['web-1', 'web-2', 'web-3']

/** Installs a package of which a package source of the host itself has a newer one. */
const PACKAGE_TO_UPGRADE = `set -e
mkdir -p /srv/source /tmp/sample/DEBIAN
for version in 1.0 2.0; do
  printf 'Package: muster-sample\\nVersion: %s\\nArchitecture: all\\nMaintainer: A <a@example.com>\\nDescription: a sample\\n' \
    $version > /tmp/sample/DEBIAN/control
  dpkg-deb --build /tmp/sample /srv/source/sample-$version.deb >/dev/null
done
dpkg -i /srv/source/sample-1.0.deb >/dev/null
cd /srv/source
{
  cat /tmp/sample/DEBIAN/control
  printf 'Filename: ./sample-2.0.deb\\nSize: %s\\nSHA256: %s\\n' \
    "$(stat -c %s sample-2.0.deb)" "$(sha256sum < sample-2.0.deb | cut -d ' ' -f 1)"
} > Packages
echo 'deb [trusted=yes] file:/srv/source ./' > /etc/apt/sources.list.d/sample.list
`

test.group('Bulk runs on real servers', (group) => {
  const fleet = createFleet({ image: 'base' })
  let scope: Scope
  let servers: Server[]
  let remotes: ServerRemotes
  let worker: RunWorker
  let count = 0

  group.setup(async () => {
    await fleet.start(HOSTS)
    scope = (await createOwner()).scope
    servers = []
    for (const name of HOSTS) servers.push(await connectedServer(scope, fleet.host(name)))
  })
  group.teardown(() => fleet.stop())
  group.each.setup(() => {
    remotes = new ServerRemotes()
    worker = new RunWorker(remotes)
    worker.start()
  })
  group.each.teardown(async () => {
    await worker.stop()
    await remotes.close()
  })

  async function ended(bulkRun: BulkRun, ms = 60_000): Promise<BulkRun> {
    for (const end = Date.now() + ms; ; await new Promise((go) => setTimeout(go, 50))) {
      const row = await bulkRunRow(bulkRun)
      if (!row.isOpen) return row
      if (Date.now() > end) throw new Error(`It is still at ${JSON.stringify(await countsOf(row))}`)
    }
  }

  function act(name: ReadyActionName, on: readonly Server[], values: Record<string, string> = {}) {
    const action = readyActions[name]
    return new CreateBulkRun().handle(scope, {
      kind: 'action',
      action: name,
      title: action.label,
      work: { kind: 'action', action: name, values },
      secrets: {},
      parameters: [],
      runAs: 'root',
      runAsUser: null,
      timeoutSeconds: action.timeoutSeconds,
      pace: action.pace,
      asksFirst: false,
      serverIds: on.map(({ id }) => id),
      once: `ACTION${String(++count).padStart(20, '0')}`,
    })
  }

  async function runsOf(bulkRun: BulkRun): Promise<Run[]> {
    const targets = await targetsOf(bulkRun)
    return Promise.all(targets.map(({ runId }) => waitForRun(runId)))
  }

  test('a command runs on all, with its own output and nothing else', async ({ assert }) => {
    const bulkRun = await startCommand(
      scope,
      servers,
      'printf "one\\n$(hostname | cut -c 1-3)\\n"; exit 3'
    )
    assert.equal((await ended(bulkRun)).state, 'failed')
    for (const run of await runsOf(bulkRun)) {
      assert.equal(run.exitCode, 3)
      assert.equal(await logOf(run), 'one\nweb\n')
    }
    const hashes = new Set((await targetsOf(bulkRun)).map(({ outputHash }) => outputHash))
    assert.equal(hashes.size, 1)
  })

  test('a named user runs it in their home, with their groups, and the text is gone', async ({
    assert,
  }) => {
    for (const name of HOSTS) {
      fleet.host(name).inside(['useradd', '--create-home', '--groups', 'adm', 'worker'])
    }
    const text =
      'id -un; id -Gn; pwd; ls -l "$0" 2>&1 | cut -c 1-3; echo canary-of-the-text >/dev/null'
    const values = { runAs: 'user', runAsUser: 'worker' } as const
    const bulkRun = await startCommand(scope, servers, text, {}, values)
    assert.equal((await ended(bulkRun)).state, 'succeeded')
    for (const [index, run] of (await runsOf(bulkRun)).entries()) {
      const [user, groups, home] = (await logOf(run)).split('\n')
      assert.deepEqual([user, groups, home], ['worker', 'worker adm', '/home/worker'])
      const search = `grep -rl canary-of-the-text /var/lib/muster /run/muster /tmp || true`
      assert.equal(fleet.host(HOSTS[index]).inside(['sh', '-c', search]), '')
    }
  })

  test('a user who is not there is said in the same words everywhere', async ({ assert }) => {
    const values = { runAs: 'user', runAsUser: 'nobody-here' } as const
    const bulkRun = await startCommand(scope, servers, 'true', {}, values)
    await ended(bulkRun)
    const targets = await targetsOf(bulkRun)
    for (const { note } of targets)
      assert.equal(note, 'There is no user nobody-here on this server.')
  })

  test('J9: a secret parameter is redacted where the script prints it', async ({ assert }) => {
    const secret = 'canary-param-5be1'
    const values = { secrets: { TOKEN: secret } }
    const bulkRun = await startCommand(scope, servers, 'echo "<$TOKEN>"', {}, values)
    await ended(bulkRun)
    for (const run of await runsOf(bulkRun)) assert.equal(await logOf(run), '<[redacted]>\n')
    assert.isNull((await bulkRunRow(bulkRun)).secretValues)
  })

  test('J11: one that takes too long is ended on its server, and counts as failed', async ({
    assert,
  }) => {
    const values = { timeoutSeconds: 2 }
    const text = 'case $(hostname) in web-2) sleep 305 ;; esac; echo done'
    const bulkRun = await startCommand(scope, servers, text, {}, values)
    assert.equal((await ended(bulkRun)).state, 'failed')
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 2, timed_out: 1 })
    const left = fleet.host('web-2').inside(['sh', '-c', 'pgrep -f "sleep 30[5]" || true'])
    assert.equal(left, '')
  })

  test('T2: a server that is down does not keep the others', async ({ assert }) => {
    fleet.host('web-3').stopSshd()
    try {
      const bulkRun = await startCommand(scope, servers, 'echo here')
      assert.equal((await ended(bulkRun)).state, 'failed')
      const states = (await targetsOf(bulkRun)).map(({ state }) => state)
      assert.deepEqual(states, ['succeeded', 'succeeded', 'failed'])
      const [, , down] = await runsOf(bulkRun)
      assert.equal(down.failure!.phase, 'Connect')
    } finally {
      fleet.host('web-3').startSshd()
    }
  })

  test('Q5: two workers begin no target twice', async ({ assert }) => {
    const otherRemotes = new ServerRemotes()
    const other = new RunWorker(otherRemotes)
    other.start()
    try {
      const many = Array.from({ length: 4 }, () =>
        startCommand(scope, servers, 'echo x >> /tmp/bulk-count; sleep 0.2', { concurrency: 1 })
      )
      for (const bulkRun of await Promise.all(many)) {
        assert.equal((await ended(bulkRun)).state, 'succeeded')
      }
      for (const name of HOSTS) {
        assert.equal(fleet.host(name).inside(['cat', '/tmp/bulk-count']), 'x\nx\nx\nx\n')
      }
    } finally {
      await other.stop()
      await otherRemotes.close()
    }
  })

  test('a ping answers from all, with how long each is up', async ({ assert }) => {
    const bulkRun = await act('ping', servers)
    assert.equal((await ended(bulkRun)).state, 'succeeded')
    for (const { note } of await targetsOf(bulkRun)) assert.match(note!, /^Up \d+ /)
  })

  test('a service is restarted, and one that is not there is named', async ({ assert }) => {
    const pid = () => fleet.host('web-1').inside(['systemctl', 'show', '-p', 'MainPID', 'cron'])
    const before = pid()
    const bulkRun = await act('restart', [servers[0]], { SERVICE: 'cron' })
    assert.equal((await ended(bulkRun)).state, 'succeeded')
    assert.equal((await targetsOf(bulkRun))[0].note, 'active')
    assert.notEqual(pid(), before)
    const missing = await act('restart', servers, { SERVICE: 'not-there' })
    assert.equal((await ended(missing)).state, 'stopped')
    assert.deepEqual(await countsOf(missing), { failed: 1, skipped: 2 })
    assert.include((await targetsOf(missing))[0].note, 'exit code 66')
  })

  test('packages are upgraded, and a restart that is needed is said', async ({ assert }) => {
    for (const name of HOSTS) fleet.host(name).inside(['bash', '-c', PACKAGE_TO_UPGRADE])
    fleet.host('web-3').inside(['touch', '/run/reboot-required'])
    const bulkRun = await act('update', servers)
    const row = await ended(bulkRun, 150_000)
    const runs = await runsOf(bulkRun)
    assert.equal(row.state, 'succeeded', await logOf(runs[0]))
    assert.deepEqual(
      (await targetsOf(bulkRun)).map(({ note }) => note),
      ['1 package', '1 package', '1 package, restart needed']
    )
    assert.include(await logOf(runs[0]), 'muster-sample 2.0')
    const again = await act('update', [servers[0]])
    await ended(again, 150_000)
    assert.equal((await targetsOf(again))[0].note, 'Up to date')
  })

  test('J6: a reboot succeeds when the server is back with another boot id', async ({ assert }) => {
    const bootId = () => fleet.host('web-2').inside(['cat', '/proc/sys/kernel/random/boot_id'])
    const before = bootId()
    const boots = fleet.host('web-2').nextBoot()
    const bulkRun = await act('reboot', [servers[1]])
    await boots
    const row = await ended(bulkRun, 150_000)
    const [target] = await targetsOf(bulkRun)
    assert.equal(row.state, 'succeeded', JSON.stringify((await runsOf(bulkRun))[0].failure))
    assert.match(target.note!, /^Back after \d+ s$/)
    assert.notEqual(bootId(), before)
    const again = await startCommand(scope, [servers[1]], 'echo up')
    assert.equal((await ended(again)).state, 'succeeded')
  })
})
