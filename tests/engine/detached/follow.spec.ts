import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from '@japa/runner'
import { type Launcher } from '#engine/detached/follow'
import { ulid } from 'ulid'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { RunUnderWay, runToEnd, stateOf } from '#tests/engine/detached/run_of'
import { targetOf } from '#tests/engine/ssh/target_of'

const LAUNCHERS: Launcher[] = ['systemd', 'setsid']

test.group('Following a detached run', (group) => {
  const fleet = createFleet()
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start([{ name: 'web-1', disk: '256m' }])
    await fleet.host('web-1').systemState()
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  const host = () => fleet.host('web-1')
  const remote = () => pool.remote(targetOf(host()))

  test('a run by {$self} starts, shows its log at once and ends with its exit code')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      await runToEnd(remote(), 'true')
      const run = new RunUnderWay(
        remote(),
        'echo first; sleep 0.5; echo "second $((1+1))" >&2; exit 3',
        { launcher }
      )
      await run.shows('first')
      assert.notInclude(run.log, 'second')
      const { result, log, firstByteAfter } = await run.ended
      assert.containSubset(result, { state: 'finished', code: 3, offset: log.length })
      assert.equal(log, 'first\nsecond 2\n')
      assert.isBelow(firstByteAfter, 400)
    })

  test('the body of a run by {$self} sees the marker, and neither lock nor panel')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const { id, log } = await runToEnd(
        remote(),
        'echo "$MUSTER_RUN $PWD $HOME"; ls -l /proc/self/fd; read -r line || echo eof',
        { launcher }
      )
      assert.include(log, `${id} /root /root\n`)
      assert.include(log, 'eof')
      assert.notInclude(log, '/lock')
      assert.notInclude(log, 'socket:')
    })

  test('binary output arrives byte for byte, from any offset', async ({ assert }) => {
    const body =
      'for i in 0 1 2 3; do head -c 70000 /dev/urandom; done | tee /root/truth; sleep 0.2'
    const first = new RunUnderWay(remote(), body)
    await first.ended
    const truth = Buffer.from(host().inside(['base64', '-w0', '/root/truth']), 'base64')
    assert.isTrue(Buffer.concat(first.chunks).equals(truth))
    for (const offset of [1, 65_537, truth.length - 1, truth.length]) {
      const again = new RunUnderWay(remote(), null, { id: first.id, offset })
      const { result } = await again.ended
      assert.isTrue(Buffer.concat(again.chunks).equals(truth.subarray(offset)))
      assert.containSubset(result, { state: 'finished', code: 0, offset: truth.length })
    }
  })

  test('the output of a short run arrives byte for byte: {$self}')
    .with([
      'true',
      'printf "no end of line"',
      'for n in {1..255} 1 127 1; do printf -v n %x $n; printf "\\x$n"; done',
      'printf "before\\0behind"; sleep 0.1; printf "\\0\\0later"',
      'head -c 65535 /dev/zero | tr "\\0" a',
      'head -c 65536 /dev/zero | tr "\\0" a',
      'head -c 200000 /dev/zero | tr "\\0" a; sleep 0.1; echo end',
      'for i in 1 2 3 4 5 6; do echo "é $i"; sleep 0.03; done',
    ])
    .run(async ({ assert }, body) => {
      const run = new RunUnderWay(remote(), body)
      const { id, result } = await run.ended
      const truth = readFileSync(host().path(`/var/lib/muster/runs/${id}/log`))
      const expected = execFileSync('bash', ['-c', body])
      assert.isTrue(truth.equals(expected))
      assert.isTrue(Buffer.concat(run.chunks).equals(truth))
      assert.containSubset(result, { state: 'finished', code: 0, offset: truth.length })
      assert.equal((result as { facts: { size: number } }).facts.size, truth.length)
    })

  test('a short run that is killed with its wrapper is lost, not ended', async ({ assert }) => {
    const body = 'echo here; kill -KILL $(cut -d " " -f 3 /var/lib/muster/runs/$MUSTER_RUN/start)'
    const { result, log } = await runToEnd(remote(), body, { launcher: 'setsid' })
    assert.containSubset(result, { state: 'lost', reason: 'crashed' })
    assert.equal(log, 'here\n')
  })

  test('J1: a run by {$self} goes on when the panel dies and is taken up where it was')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const own = new RemotePool()
      const body = 'for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.2; done'
      const before = new RunUnderWay(own.remote(targetOf(host())), body, { launcher })
      await before.shows('line 2')
      own.close()
      const { result } = await before.ended
      assert.notEqual(result.state, 'finished')
      const after = await runToEnd(remote(), body, {
        id: before.id,
        offset: result.offset,
        launcher,
      })
      assert.containSubset(after.result, { state: 'finished', code: 0 })
      assert.equal(before.log + after.log, '12345678'.replace(/./g, 'line $&\n'))
    })

  test('T15: what the login shell prints and sets is no part of a run', async ({ assert }) => {
    const file = '/root/.bashrc'
    const before = host().inside(['cat', file])
    host().writeFile(file, 'echo NOISE; echo NOISE >&2; set -eu; shopt -s nullglob\n')
    const run = await runToEnd(remote(), 'false; echo "$- $UNSET"; sleep 0.3; echo end')
    host().writeFile(file, before)
    assert.containSubset(run.result, { state: 'finished', code: 0, offset: run.log.length })
    assert.match(run.log, /^hB \nend\n$/)
  })

  test('a broken connection ends the following as unknown and not the run', async ({ assert }) => {
    const run = new RunUnderWay(remote(), 'echo begun; sleep 1.5; echo done')
    await run.shows('begun')
    host().killSessions()
    const { result, log } = await run.ended
    assert.equal(result.state, 'unknown')
    const rest = await runToEnd(remote(), null, { id: run.id, offset: result.offset })
    assert.containSubset(rest.result, { state: 'finished', code: 0 })
    assert.equal(log + rest.log, 'begun\ndone\n')
  })

  test('J2: starting the same run again by {$self} attaches to it')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const id = ulid()
      const body = `echo once >> /root/starts-${id}; echo a; sleep 0.6; echo b`
      const announced: boolean[] = []
      const options = {
        id,
        launcher,
        onAttached: ({ launched }: { launched: boolean }) => announced.push(launched),
      }
      const runs = [1, 2, 3].map(() => runToEnd(remote(), body, options))
      for (const { result, log } of await Promise.all(runs)) {
        assert.containSubset(result, { state: 'finished', code: 0 })
        assert.equal(log, 'a\nb\n')
      }
      await runToEnd(remote(), body, options)
      assert.equal(host().inside(['cat', `/root/starts-${id}`]), 'once\n')
      assert.lengthOf(announced, 4)
    })

  test('J10: two panels that follow one run get one whole log each', async ({ assert }) => {
    const other = new RemotePool()
    const body = 'for i in $(seq 200); do echo "line $i"; done; sleep 0.3; echo end'
    const first = new RunUnderWay(remote(), body)
    await first.shows('line 200')
    const second = await runToEnd(other.remote(targetOf(host())), body, { id: first.id, fence: 2 })
    other.close()
    const { log } = await first.ended
    assert.equal(log, second.log)
    assert.lengthOf(second.log.trim().split('\n'), 201)
  })

  test('refuses the id of a run with another body, and one that is not there', async ({
    assert,
  }) => {
    const { id } = await runToEnd(remote(), 'true')
    const other = await runToEnd(remote(), 'false', { id })
    assert.containSubset(other.result, { state: 'refused', reason: 'different' })
    const missing = await runToEnd(remote(), null)
    assert.containSubset(missing.result, { state: 'refused', reason: 'missing' })
  })

  test('refuses a fence that is lower than one it has seen', async ({ assert }) => {
    const { id } = await runToEnd(remote(), 'echo x', { fence: 7 })
    const late = await runToEnd(remote(), 'echo x', { id, fence: 6 })
    assert.containSubset(late.result, { state: 'refused', reason: 'fence' })
    assert.equal(late.log, '')
    const next = await runToEnd(remote(), 'echo x', { id, fence: 10 })
    assert.equal(next.result.state, 'finished')
  })

  test('what a body leaves running does not keep its run from ending by {$self}')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const began = performance.now()
      const { result } = await runToEnd(remote(), 'setsid sleep 60 & echo left', { launcher })
      assert.containSubset(result, { state: 'finished', code: 0 })
      assert.isBelow(performance.now() - began, 5000)
    })

  test('J8: a gigabyte of output is capped and the run goes on by {$self}')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const body = 'yes | head -c 1000000000; echo; printf "\\036announced\\n"; exit 4'
      const { result, log } = await runToEnd(remote(), body, { launcher, logCapBytes: 100_000 })
      assert.containSubset(result, { state: 'finished', code: 4, facts: { truncated: true } })
      assert.isBelow(log.length, 101_000)
      assert.match(log.slice(-200), /The log is full: what follows is not kept/)
      assert.isTrue(log.endsWith('\x1eannounced\n'))
    })

  test('an endless line past the cap takes no memory and ends nothing', async ({ assert }) => {
    const body = 'head -c 700000000 /dev/zero; exit 5'
    const { result } = await runToEnd(remote(), body, { logCapBytes: 1000 })
    assert.containSubset(result, { state: 'finished', code: 5, facts: { truncated: true } })
  })

  test('J11: at its deadline a run by {$self} is ended with all that it started')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const body = 'trap "" TERM; setsid setsid sleep 300 & while :; do sleep 1; done'
      const options = { launcher, deadlineSeconds: 2 }
      const { id, result } = await runToEnd(remote(), body, options)
      assert.containSubset(result, { state: 'finished', code: 137, facts: { timedOut: true } })
      const search = `grep -lszxF 'MUSTER_RUN=${id}' /proc/[0-9]*/environ | wc -l`
      assert.equal(host().inside(['sh', '-c', search]).trim(), '0')
    })

  test('a full disk refuses a new run in words and lets one under way end', async ({ assert }) => {
    const under = new RunUnderWay(remote(), 'echo begun; sleep 2; exit 6')
    await under.shows('begun')
    host().fillDisk()
    const refused = await runToEnd(remote(), 'true')
    const { result } = await under.ended
    host().freeDisk()
    assert.containSubset(refused.result, { state: 'refused', reason: 'start_failed' })
    assert.match((refused.result as { detail: string }).detail, /No space left on device/)
    assert.containSubset(result, { state: 'finished', code: 6 })
    assert.equal(await stateOf(remote(), refused.id), 'missing')
  })
})

test.group('Following a run as a user with sudo', (group) => {
  const fleet = createFleet()
  const pool = new RemotePool()

  group.setup(async () => {
    await fleet.start(1)
    await fleet.host('web-1').systemState()
    fleet.host('web-1').addUser('deploy', { sudo: 'nopasswd' })
    return async () => {
      pool.close()
      await fleet.stop()
    }
  })

  test('the run is root’s and its log arrives whole', async ({ assert }) => {
    const remote = pool.remote({ ...targetOf(fleet.host('web-1')), username: 'deploy' })
    const { result, log } = await runToEnd(remote, 'id -un; sleep 0.3; echo end; exit 9')
    assert.containSubset(result, { state: 'finished', code: 9 })
    assert.equal(log, 'root\nend\n')
  })
})
