import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import { type Launcher } from '#engine/detached/follow'
import { ulid } from 'ulid'
import { cancel } from '#engine/detached/cancel'
import { LAUNCHER_UNIT } from '#engine/detached/launcher_script'
import { createNonce } from '#engine/detached/nonce'
import { prune } from '#engine/detached/prune'
import { reconcile } from '#engine/detached/reconcile'
import { compileScript } from '#engine/detached/script'
import { sh } from '#engine/shell/command'
import { RemotePool } from '#engine/ssh/remote_pool'
import { createFleet } from '#tests/fleet/fleet'
import { markedProcesses, RunUnderWay, runToEnd, stateOf } from '#tests/engine/detached/run_of'
import { errorOf, targetOf } from '#tests/engine/ssh/target_of'

const LAUNCHERS: Launcher[] = ['systemd', 'setsid']

/** Processes in sessions of their own, one of them deaf to TERM, and one that lost its parents. */
const TREE = `
sleep 601 &
setsid sleep 602 &
setsid bash -c 'setsid sleep 603 & exec sleep 604' &
(trap '' TERM; exec sleep 605) &
setsid setsid bash -c '(sleep 606 &) ; exit' &
echo grown
wait`

test.group('Cancelling a detached run', (group) => {
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

  test('J3, J4: ends a whole tree started by {$self} and leaves its neighbour alone')
    .with(LAUNCHERS)
    .run(async ({ assert }, launcher) => {
      const neighbour = new RunUnderWay(remote(), 'echo here; sleep 4; exit 8', { launcher })
      const run = new RunUnderWay(remote(), TREE, { launcher })
      await Promise.all([neighbour.shows('here'), run.shows('grown')])
      await sleep(100)
      assert.isAtLeast(markedProcesses(host(), run.id), 6)

      const { left, facts } = await cancel(remote(), { id: run.id, graceSeconds: 1 })
      assert.equal(left, 0)
      assert.equal(markedProcesses(host(), run.id), 0)
      assert.containSubset(facts, { state: 'finished', cancelled: true })
      assert.containSubset(await run.result, {
        state: 'finished',
        code: 143,
        facts: { cancelled: true },
      })
      assert.containSubset(await neighbour.result, { state: 'finished', code: 8 })
    })

  test('what a script undoes on TERM is done before it is killed', async ({ assert }) => {
    const steps = [
      {
        name: 'work',
        title: 'Work',
        commands: [sh`echo working`, sh`sleep 60`],
        undo: [sh`sleep 1`, sh`echo undone > /root/undone`],
      },
    ]
    const run = new RunUnderWay(remote(), compileScript(steps, { nonce: createNonce() }))
    await run.shows('working\n')
    const { left } = await cancel(remote(), { id: run.id, graceSeconds: 5 })
    assert.equal(left, 0)
    const { log } = await run.ended
    assert.match(log, /"event":"outcome","value":"cancelled","rc":143/)
    assert.equal(host().inside(['cat', '/root/undone']), 'undone\n')
  })

  test('a critical part is waited for and the run keeps its own end', async ({ assert }) => {
    const steps = [
      {
        name: 'switch',
        title: 'Switch',
        critical: true,
        commands: [sh`echo switching`, sh`sleep 2`, sh`echo switched`],
      },
    ]
    const run = new RunUnderWay(remote(), compileScript(steps, { nonce: createNonce() }))
    await run.shows('switching\n')
    const { left, facts } = await cancel(remote(), { id: run.id, graceSeconds: 0 })
    assert.equal(left, 0)
    assert.containSubset(facts, { state: 'finished', code: 0 })
    const { log } = await run.ended
    assert.match(log, /switched\n[^]*"value":"succeeded"/)
  })

  test('J5: a cancel that races with the natural end gives one end', async ({ assert }) => {
    for (const wait of [150, 200, 250, 300, 350]) {
      const run = new RunUnderWay(remote(), 'sleep 0.25; exit 7')
      await sleep(wait)
      const { left, facts } = await cancel(remote(), { id: run.id, graceSeconds: 1 })
      const { result } = await run.ended
      assert.equal(left, 0)
      assert.include([7, 143], facts.code!)
      assert.containSubset(result, { state: 'finished', code: facts.code! })
    }
  })

  test('J5: a cancel that comes while the run is being started is its end', async ({
    assert,
    cleanup,
  }) => {
    host().inside(['systemctl', 'stop', LAUNCHER_UNIT])
    const slow = '/usr/local/sbin/systemd-run'
    const script = `printf '#!/bin/sh\\nsleep 1\\nexec /usr/bin/systemd-run "$@"\\n' > ${slow}; chmod +x ${slow}`
    host().inside(['sh', '-c', script])
    cleanup(() => void host().inside(['rm', slow]))
    const run = new RunUnderWay(remote(), 'echo never')
    await sleep(500)
    const { left, facts } = await cancel(remote(), { id: run.id, graceSeconds: 1 })
    const { result } = await run.ended
    assert.equal(left, 0)
    assert.containSubset(facts, { state: 'finished', code: 143 })
    assert.containSubset(result, { state: 'finished', code: 143 })
    assert.notInclude(run.log, 'never')
  })

  test('J5: a cancel after the natural end changes nothing', async ({ assert }) => {
    const { id } = await runToEnd(remote(), 'exit 7')
    const { left, facts } = await cancel(remote(), { id })
    assert.equal(left, 0)
    assert.containSubset(facts, { state: 'finished', code: 7, cancelled: false })
  })

  test('a run that never was can be cancelled', async ({ assert }) => {
    const { left, facts } = await cancel(remote(), { id: ulid() })
    assert.equal(left, 0)
    assert.equal(facts.state, 'missing')
  })

  test('refuses a fence that is lower than one it has seen', async ({ assert }) => {
    const run = new RunUnderWay(remote(), 'echo up; sleep 1.5; exit 3', { fence: 5 })
    await run.shows('up')
    const error = await errorOf(cancel(remote(), { id: run.id, fence: 4 }))
    assert.match(error.message, /another worker of the panel/)
    assert.containSubset(await run.result, { state: 'finished', code: 3 })
  })

  test('J7: a number that belongs to a stranger by now is not touched', async ({ assert }) => {
    const run = new RunUnderWay(remote(), 'echo up; sleep 60', { launcher: 'setsid' })
    await run.shows('up')
    const directory = `/var/lib/muster/runs/${run.id}`
    const [, , wrapper] = host()
      .inside(['cat', `${directory}/start`])
      .split(' ')
    host().inside(['sh', '-c', `kill -KILL ${wrapper}; kill -KILL $(cat ${directory}/body)`])
    const unit = ['systemd-run', '--quiet', '--unit=stranger', 'sleep', '600']
    host().inside(unit)
    const show = ['systemctl', 'show', '--property=MainPID', '--value', 'stranger']
    const stranger = host().inside(show).trim()
    host().inside(['sh', '-c', `echo ${stranger} > ${directory}/body`])
    host().inside(['sed', '-i', `s/ ${wrapper} / ${stranger} /`, `${directory}/start`])

    const { result } = await run.ended
    assert.containSubset(result, { state: 'lost', reason: 'crashed' })
    assert.equal(await stateOf(remote(), run.id), 'crashed')
    const { left } = await cancel(remote(), { id: run.id, graceSeconds: 1 })
    assert.equal(left, 0)
    assert.equal(host().inside(show).trim(), stranger)
  })

  test('what a crashed run left behind is ended by a cancel', async ({ assert }) => {
    const run = new RunUnderWay(remote(), TREE, { launcher: 'setsid' })
    await run.shows('grown')
    const [, , wrapper] = host()
      .inside(['cat', `/var/lib/muster/runs/${run.id}/start`])
      .split(' ')
    host().inside(['kill', '-KILL', wrapper])
    assert.containSubset(await run.result, { state: 'lost', reason: 'crashed' })
    assert.isAtLeast(markedProcesses(host(), run.id), 5)
    const { left } = await cancel(remote(), { id: run.id, graceSeconds: 1 })
    assert.equal(left, 0)
    assert.equal(markedProcesses(host(), run.id), 0)
  })
})

test.group('What became of detached runs', (group) => {
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

  test('many runs are asked about at once', async ({ assert }) => {
    const { id: ended } = await runToEnd(remote(), 'echo 12345; exit 2')
    const running = new RunUnderWay(remote(), 'echo up; sleep 2')
    await running.shows('up')
    const absent = ulid()
    const facts = await reconcile(remote(), [ended, running.id, absent])
    assert.containSubset(facts.get(ended), { state: 'finished', code: 2, size: 6 })
    assert.containSubset(facts.get(running.id), { state: 'running', code: null })
    assert.instanceOf(facts.get(running.id)?.startedAt, Date)
    assert.equal(facts.get(absent)?.state, 'missing')
    await running.ended
  })

  test('J6: a run that a reboot ended is lost, in order or by a pulled plug', async ({
    assert,
  }) => {
    for (const reboot of [
      () => host().reboot(),
      () =>
        host()
          .powerOff()
          .then(() => host().powerOn()),
    ]) {
      const run = new RunUnderWay(remote(), 'echo up; sleep 60')
      await run.shows('up')
      await reboot()
      const { state } = await run.result
      assert.notEqual(state, 'finished')
      pool.forget(host().name)
      const again = await runToEnd(remote(), null, { id: run.id })
      assert.containSubset(again.result, { state: 'lost', reason: 'rebooted' })
      assert.equal(again.log, 'up\n')
      assert.equal(await stateOf(remote(), run.id), 'rebooted')
    }
  })

  test('the body is gone from the server once its run has ended', async ({ assert }) => {
    const { id } = await runToEnd(remote(), 'echo a-secret-word')
    const search = ['sh', '-c', `grep -rl a-secret-word /var/lib/muster/runs/${id} || true`]
    assert.equal(host().inside(search).trim(), `/var/lib/muster/runs/${id}/log`)
    const modes = ['stat', '-c', '%a %U', '/var/lib/muster/runs', `/var/lib/muster/runs/${id}`]
    assert.equal(host().inside(modes), '700 root\n700 root\n')
  })

  test('old directories of ended runs are removed, of live ones never', async ({ assert }) => {
    const live = new RunUnderWay(remote(), 'echo up; sleep 3')
    await live.shows('up')
    const ended: string[] = []
    for (let count = 0; count < 4; count++) {
      const { id } = await runToEnd(remote(), 'true')
      ended.push(id)
    }
    host().inside(['touch', '-d', '20 days ago', `/var/lib/muster/runs/${ended[3]}`])
    host().inside(['mkdir', '/var/lib/muster/runs/foreign'])

    assert.isAtLeast(await prune(remote(), { keep: 3, days: 14 }), 2)
    const left = host().inside(['ls', '/var/lib/muster/runs']).trim().split('\n')
    assert.sameMembers(left, [live.id, ended[1], ended[2], 'foreign'].filter(Boolean))
    assert.containSubset(await live.result, { state: 'finished' })
  })
})
