import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { cancel } from '#engine/detached/cancel'
import { LAUNCHER_UNIT } from '#engine/detached/launcher_script'
import { createNonce } from '#engine/detached/nonce'
import { compileScript } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { RunUnderWay, runToEnd, stateOf } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

/** A process that nothing but its control group tells of: no marker, no session, no parent, no ear for TERM. */
const STRAY = `env -i /usr/bin/setsid /bin/bash -c 'trap "" TERM; exec -a stray-$1 /bin/sleep 900' -- "$MUSTER_RUN" &`

test.group('The launcher of a server', (group) => {
  const fleet = createFleet()
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start(1)
    await fleet.host('web-1').systemState()
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  const host = () => fleet.host('web-1')
  const remote = () => pool.remote(targetOf(host()))
  const shell = (script: string) => host().inside(['bash', '-c', script]).trim()
  const launcher = () => shell(`systemctl show -P MainPID ${LAUNCHER_UNIT}`)
  const strays = (id: string) => Number(shell(`pgrep -fc '^stray-${id}' || true`))
  const groups = () => shell(`find /sys/fs/cgroup/ -path "*${LAUNCHER_UNIT}.service/*" -type d`)
  const wrapperOf = (id: string) => shell(`cut -d ' ' -f 3 /var/lib/muster/runs/${id}/start`)

  async function until(holds: () => boolean, seconds: number): Promise<void> {
    for (const end = Date.now() + seconds * 1000; !holds(); await sleep(200)) {
      if (Date.now() > end) throw new Error(`It does not hold after ${seconds} s: ${holds}`)
    }
  }

  /** Puts a systemd-run in front of the real one that changes the launcher before it begins. */
  function changed(script: string): () => void {
    const path = '/usr/local/sbin/systemd-run'
    shell(`systemctl stop ${LAUNCHER_UNIT} || true`)
    shell(
      `printf '#!/bin/sh\\n%s\\nexec /usr/bin/systemd-run "$@"\\n' "${script}" > ${path}; chmod +x ${path}`
    )
    return () => void shell(`rm -f ${path}; systemctl stop ${LAUNCHER_UNIT} || true`)
  }

  test('is begun once, however many runs are asked for at once', async ({ assert }) => {
    shell(`systemctl stop ${LAUNCHER_UNIT} || true`)
    const runs = Array.from({ length: 12 }, (_, index) =>
      runToEnd(remote(), `echo ${index}; exit ${index}`)
    )
    for (const [index, { result, log }] of (await Promise.all(runs)).entries()) {
      assert.containSubset(result, { state: 'finished', code: index }, log)
      assert.equal(log, `${index}\n`)
    }
    assert.equal(shell('pgrep -P 1 -fc "^/[a-z/]*bash /var/lib/muster/launcher.sh"'), '1')
  })

  test('gives a run nothing of the login that asked for it', async ({ assert }) => {
    shell(
      'mkdir -p /etc/security/limits.d; echo "root - nofile 4321" > /etc/security/limits.d/x.conf'
    )
    pool.forget(host().name)
    const login = await remote().run(
      sh`sh -c 'ulimit -n; cut -d : -f 3 /proc/self/cgroup | tail -1'`
    )
    const body = `ulimit -n; cat /proc/self/cgroup; compgen -e | sort`
    const { log, id } = await runToEnd(remote(), body)
    shell('rm /etc/security/limits.d/x.conf')
    pool.forget(host().name)
    assert.match(login.stdout, /^4321\n.*user\.slice/)
    assert.notMatch(log, /4321|user\.slice|SSH_|RUNTIME_DIRECTORY|JOURNAL_STREAM/)
    assert.include(log, `/system.slice/${LAUNCHER_UNIT}.service/${id}\n`)
  })

  test('J3: what hides from everything but its control group ends with a cancel', async ({
    assert,
  }) => {
    const nested = `group=$(awk -F : '/${LAUNCHER_UNIT}.service.01/ { print $3 }' /proc/self/cgroup | head -1)
for root in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
  [ ! -d "$root$group" ] || mkdir -p "$root$group/inner/most" && (echo 0 > "$root$group/inner/most/cgroup.procs"; ${STRAY.slice(0, -1)}) & done 2>/dev/null`
    const run = new RunUnderWay(remote(), `${STRAY}\n${nested}\nsleep 0.5\necho grown\nwait`)
    await run.shows('grown')
    assert.isAtLeast(strays(run.id), 2)
    const { left } = await cancel(remote(), { id: run.id, graceSeconds: 1 })
    assert.equal(left, 0)
    assert.equal(strays(run.id), 0)
    await run.ended
  })

  test('what a run leaves behind at its end is ended, even what does not want to', async ({
    assert,
  }) => {
    const { id, result } = await runToEnd(remote(), `${STRAY}\nsleep 0.3; exit 4`)
    assert.containSubset(result, { state: 'finished', code: 4 })
    assert.equal(strays(id), 1)
    await until(() => strays(id) === 0, 25)
    await until(() => groups() === '', 12)
  })

  test('a run whose wrapper was killed is not left to itself', async ({ assert, cleanup }) => {
    cleanup(changed('sed -i s/undo=60/undo=5/ /var/lib/muster/launcher.sh'))
    const run = new RunUnderWay(remote(), `${STRAY}\necho up; sleep 900`)
    await run.shows('up')
    shell(`kill -KILL ${wrapperOf(run.id)}`)
    assert.containSubset(await run.result, { state: 'lost', reason: 'crashed' })
    await until(() => strays(run.id) === 0 && groups() === '', 30)
  })

  test('what must not be cut in two comes to its end without its wrapper', async ({
    assert,
    cleanup,
  }) => {
    cleanup(changed('sed -i s/undo=60/undo=1/ /var/lib/muster/launcher.sh'))
    const body = `directory=/var/lib/muster/runs/$MUSTER_RUN
: > $directory/hold; trap '' TERM; echo up; sleep 15; echo whole > /root/critical; rm $directory/hold; sleep 900`
    const run = new RunUnderWay(remote(), body)
    await run.shows('up')
    shell(`kill -KILL ${wrapperOf(run.id)}`)
    await until(() => groups() === '', 45)
    assert.equal(shell('cat /root/critical'), 'whole')
  }).timeout(90_000)

  test('a run whose own watch over its deadline fails is ended all the same', async ({
    assert,
    cleanup,
  }) => {
    cleanup(changed('sed -i s/grace.+.600/1/ /var/lib/muster/launcher.sh'))
    const run = new RunUnderWay(remote(), 'echo up; sleep 900', { deadlineSeconds: 1 })
    await run.shows('up')
    shell(`kill -STOP $(pgrep -P ${wrapperOf(run.id)} | tail -1)`)
    assert.containSubset(await run.result, { state: 'finished', code: 137 })
  })

  test('a launcher that is killed takes its runs with it, which tell, and the next run begins another', async ({
    assert,
  }) => {
    const run = new RunUnderWay(remote(), `echo up; sleep 900`)
    await run.shows('up')
    const before = launcher()
    shell(`kill -KILL ${before}`)
    assert.containSubset(await run.result, {
      state: 'finished',
      code: 143,
      facts: { interrupted: true },
    })
    const { result } = await runToEnd(remote(), 'exit 6')
    assert.containSubset(result, { state: 'finished', code: 6 })
    assert.notEqual(launcher(), before)
  })

  test('when its unit is stopped, as a shutdown does, runs undo what they did', async ({
    assert,
  }) => {
    const steps = [
      {
        name: 'work',
        title: 'Work',
        commands: [sh`echo working`, sh`sleep 60`],
        undo: [sh`sleep 2`, sh`echo undone`],
      },
    ]
    const run = new RunUnderWay(remote(), compileScript(steps, { nonce: createNonce() }))
    await run.shows('working\n')
    shell(`systemctl stop ${LAUNCHER_UNIT}`)
    const { result, log } = await run.ended
    assert.include(log, 'undone\n')
    assert.containSubset(result, { state: 'finished', facts: { interrupted: true } })
    assert.equal(shell(`systemctl is-active ${LAUNCHER_UNIT} || true`), 'inactive')
  })

  test('ends itself when it has nothing to do, and no run is lost in that moment', async ({
    assert,
    cleanup,
  }) => {
    cleanup(changed('sed -i s/^idle=600.rest=5/idle=1\\\\ rest=1/ /var/lib/muster/launcher.sh'))
    const launchers = new Set<string>()
    for (let round = 0; round < 12; round++) {
      const { result } = await runToEnd(remote(), `exit ${round}`)
      assert.containSubset(result, { state: 'finished', code: round })
      launchers.add(launcher())
      await until(() => groups() === '', 8)
      await sleep(900 + round * 25)
    }
    assert.isAbove(launchers.size, 2)
    await until(() => shell(`systemctl is-active ${LAUNCHER_UNIT} || true`) === 'inactive', 5)
    assert.equal(shell(`ls -d /run/${LAUNCHER_UNIT} 2>/dev/null || true`), '')
  }).timeout(180_000)

  test('that ended before it took what it was asked is asked anew, as another', async ({
    assert,
  }) => {
    shell(
      `systemctl stop ${LAUNCHER_UNIT} || true; mkdir /run/${LAUNCHER_UNIT}; mkfifo /run/${LAUNCHER_UNIT}/launch`
    )
    const run = runToEnd(remote(), 'exit 5')
    await sleep(700)
    shell(`rm -r /run/${LAUNCHER_UNIT}`)
    assert.containSubset((await run).result, { state: 'finished', code: 5 })
  })

  test('that waits is ended at once by a stop of its unit', async ({ assert }) => {
    await runToEnd(remote(), 'true')
    await until(() => groups() === '', 12)
    shell(`systemctl stop ${LAUNCHER_UNIT}`)
    const journal = shell(`journalctl --no-pager -n 200 _PID=1 -u ${LAUNCHER_UNIT}`)
    assert.notMatch(journal.split('\n').slice(-3).join('\n'), /timed out|SIGKILL/)
  }).timeout(20_000)

  test('asked again and again for one run begins it once and lets it end', async ({ assert }) => {
    await runToEnd(remote(), 'true')
    const run = new RunUnderWay(remote(), 'echo up; sleep 3; echo end; exit 3')
    await run.shows('up')
    const line = `${run.id} 90 1000000 1 .`
    shell(`for i in 1 2 3; do echo '${line}' > /run/${LAUNCHER_UNIT}/launch; done`)
    await sleep(500)
    assert.equal(shell(`pgrep -P ${launcher()}`), wrapperOf(run.id))
    const { result, log } = await run.ended
    assert.containSubset(result, { state: 'finished', code: 3 })
    assert.equal(log, 'up\nend\n')
  })

  test('that dies while a run undoes what it did lets the next run wait for its end', async ({
    assert,
  }) => {
    const slow = new RunUnderWay(
      remote(),
      `trap 'trap "" TERM; sleep 14; echo undone; exit 9' TERM; echo up; sleep 900 & wait`
    )
    await slow.shows('up')
    shell(`kill -KILL ${launcher()}`)
    const next = await runToEnd(remote(), 'exit 8')
    assert.containSubset(next.result, { state: 'finished', code: 8 })
    assert.containSubset(await slow.result, { state: 'finished', code: 9 })
    assert.equal(slow.log, 'up\nundone\n')
  }).timeout(90_000)

  test('that can begin no process any more ends, and its runs tell', async ({ assert }) => {
    const run = new RunUnderWay(remote(), 'echo up; sleep 900')
    await run.shows('up')
    shell(`systemctl set-property --runtime ${LAUNCHER_UNIT} TasksMax=1`)
    const refused = await runToEnd(remote(), 'exit 6')
    assert.containSubset(refused.result, { state: 'refused', reason: 'start_failed' })
    const interrupted = { state: 'finished', code: 143, facts: { interrupted: true } }
    assert.containSubset(await run.result, interrupted)
    const { result } = await runToEnd(remote(), 'exit 7')
    assert.containSubset(result, { state: 'finished', code: 7 })
  }).timeout(90_000)

  test('a run that was refused does not begin later', async ({ assert }) => {
    await runToEnd(remote(), 'true')
    const stopped = launcher()
    shell(`kill -STOP ${stopped}`)
    const { id, result } = await runToEnd(remote(), 'echo late')
    assert.containSubset(result, { state: 'refused', reason: 'start_failed' })
    assert.include((result as { detail: string }).detail, LAUNCHER_UNIT)
    shell(`kill -CONT ${stopped}`)
    await runToEnd(remote(), 'true')
    assert.equal(await stateOf(remote(), id), 'created')
    const again = await runToEnd(remote(), 'echo late', { id })
    assert.containSubset(again, { log: 'late\n', result: { state: 'finished', code: 0 } })
  }).timeout(60_000)

  test('that cannot begin is a refusal with the reason', async ({ assert, cleanup }) => {
    cleanup(changed('echo There is no bus. >&2; exit 1'))
    const { id, result } = await runToEnd(remote(), 'true')
    assert.containSubset(result, { state: 'refused', reason: 'start_failed' })
    assert.include((result as { detail: string }).detail, 'There is no bus.')
    assert.equal(await stateOf(remote(), id), 'created')
  })
})
