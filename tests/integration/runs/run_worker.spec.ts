import { setTimeout as sleep } from 'node:timers/promises'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import CancelRun from '#app/runs/actions/cancel_run'
import { RunWorker } from '#app/runs/worker/run_worker'
import CheckServer from '#app/servers/actions/check_server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { createFleet } from '#tests/fleet/fleet'
import { connectedServer, createOwner } from '#tests/support/fleet_servers'
import { createScriptRun, logOf, waitForRun } from '#tests/support/script_runs'

/** Lines numbered from 1, a few at a time, so that a log grows while things happen to it. */
const countTo = (last: number, pause: string) =>
  `for i in $(seq 1 ${last}); do echo "line $i"; sleep ${pause}; done`

const lines = (last: number) => Array.from({ length: last }, (_, n) => `line ${n + 1}\n`).join('')

test.group('Run worker', (group) => {
  const fleet = createFleet({ image: 'base' })
  let scope: Scope
  let server: Server
  let workers: { worker: RunWorker; remotes: ServerRemotes }[] = []

  function startWorker() {
    const remotes = new ServerRemotes()
    const worker = new RunWorker(remotes)
    worker.start()
    workers.push({ worker, remotes })
    return worker
  }

  group.setup(async () => {
    await fleet.start(1)
    scope = (await createOwner()).scope
    server = await connectedServer(scope, fleet.host('web-1'))
  })
  group.teardown(() => fleet.stop())
  group.each.teardown(async () => {
    for (const { worker, remotes } of workers) {
      await worker.stop()
      await remotes.close()
    }
    workers = []
  })

  test('carries a run to its end with its whole log and exit code', async ({ assert }) => {
    startWorker()
    const run = await createScriptRun(
      scope,
      server,
      'echo out; echo err >&2; printf "größe ✓"; exit 7'
    )
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'failed')
    assert.equal(ended.exitCode, 7)
    assert.equal(await logOf(ended), 'out\nerr\ngröße ✓')
    assert.equal(ended.logSize, Buffer.byteLength('out\nerr\ngröße ✓'))
    assert.include(ended.failure!.reason, 'exit code 7')
    assert.isNull(ended.leaseOwner)
  })

  test('J1: a worker that vanishes in the middle loses and doubles no byte', async ({ assert }) => {
    const first = startWorker()
    const run = await createScriptRun(scope, server, countTo(60, '0.05'))
    await waitForRun(run.id, ({ logSize }) => logSize > 100)
    await first.stop()
    const between = await waitForRun(run.id, () => true)
    assert.equal(between.state, 'running')
    await sleep(500)
    startWorker()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(ended.attempt, 2)
    assert.equal(await logOf(ended), lines(60))
  })

  test('J2: a run that was started but not noted is attached to, not started twice', async ({
    assert,
  }) => {
    const first = startWorker()
    const run = await createScriptRun(
      scope,
      server,
      `echo once >> /tmp/started; ${countTo(20, '0.05')}`
    )
    await waitForRun(run.id, ({ logSize }) => logSize > 0)
    await first.stop()
    await db.from('run_log_chunks').where('run_id', run.id).delete()
    await db.from('runs').where('id', run.id).update({
      state: 'queued',
      log_size: 0,
      remote_checkpoint: 0,
      log_checkpoint: 0,
      attempt: 0,
    })
    startWorker()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(await logOf(ended), lines(20))
    assert.equal(fleet.host('web-1').inside(['cat', '/tmp/started']), 'once\n')
  })

  test('J10: two workers on one table keep one copy of the log', async ({ assert }) => {
    startWorker()
    startWorker()
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => createScriptRun(scope, server, countTo(10, '0.02')))
    )
    for (const run of runs) {
      const ended = await waitForRun(run.id)
      assert.equal(ended.state, 'succeeded')
      assert.equal(ended.attempt, 1)
      assert.equal(await logOf(ended), lines(10))
    }
  })

  test('Q5: a worker whose lease was taken can no longer write or finish', async ({ assert }) => {
    startWorker()
    const run = await createScriptRun(scope, server, countTo(30, '0.05'))
    await waitForRun(run.id, ({ logSize }) => logSize > 50)
    await db.from('runs').where('id', run.id).increment('fence', 1)
    await db
      .from('runs')
      .where('id', run.id)
      .update({ lease_owner: 'another', lease_until: Date.now() + 60_000 })
    const frozen = await waitForRun(run.id, () => true)
    await sleep(2500)
    const later = await waitForRun(run.id, () => true)
    assert.equal(later.state, 'running')
    assert.equal(later.logSize, frozen.logSize)
    await db.from('runs').where('id', run.id).update({ lease_until: 0 })
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(await logOf(ended), lines(30))
  })

  test('J3: cancelling leaves no process behind, however it tried to get away', async ({
    assert,
  }) => {
    startWorker()
    const script = `setsid setsid sleep 300 & (setsid bash -c 'trap "" TERM; sleep 301' &) ; echo ready; sleep 302`
    const run = await createScriptRun(scope, server, script)
    await waitForRun(run.id, ({ logSize }) => logSize > 0)
    await new CancelRun().handle(scope.origin, run)
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'cancelled')
    const left = fleet.host('web-1').inside(['sh', '-c', 'pgrep -fa "sleep 30[012]" || true'])
    assert.equal(left, '')
  })

  test('J11: a deadline ends a run and all it started', async ({ assert }) => {
    startWorker()
    const run = await createScriptRun(scope, server, 'echo begun; sleep 303', {
      deadlineSeconds: 2,
    })
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'timed_out')
    assert.equal(fleet.host('web-1').inside(['sh', '-c', 'pgrep -f "sleep 30[3]" || true']), '')
  })

  test('J9: a secret never reaches the stored log', async ({ assert }) => {
    startWorker()
    const secret = 'canary-4f1e9a7c2b'
    const script = `printf %s ${secret}; echo; printf %s ${secret} | base64; printf 'canary-4f'; sleep 0.3; echo 1e9a7c2b; echo end`
    const run = await createScriptRun(scope, server, script, { secrets: [secret] })
    const log = await logOf(await waitForRun(run.id))
    assert.notInclude(log, secret)
    assert.notInclude(log, Buffer.from(secret).toString('base64').slice(0, 20))
    assert.include(log, '[redacted]')
    assert.include(log, 'end\n')
  })

  test('J9: a secret that was taken out of the panel meanwhile is still redacted', async ({
    assert,
  }) => {
    const first = startWorker()
    const secret = 'canary-8d2c41f0aa'
    const script = `echo begun; sleep 2; echo ${secret}`
    const run = await createScriptRun(scope, server, script, { secrets: [secret] })
    await waitForRun(run.id, ({ logSize }) => logSize > 0)
    await first.stop()
    await db
      .from('runs')
      .where('id', run.id)
      .update({ input: JSON.stringify({ script: 'echo another', secrets: [] }) })
    startWorker()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(await logOf(ended), 'begun\n[redacted]\n')
    const row = await db.from('runs').where('id', run.id).first()
    assert.isNull(row.compiled)
  })

  test('T1: a link that is down for a while costs no byte', async ({ assert }) => {
    startWorker()
    const run = await createScriptRun(scope, server, countTo(80, '0.1'))
    await waitForRun(run.id, ({ logSize }) => logSize > 50)
    fleet.host('web-1').killSessions()
    fleet.host('web-1').linkDown()
    await sleep(3000)
    fleet.host('web-1').linkUp()
    const ended = await waitForRun(run.id, undefined, 90_000)
    assert.equal(ended.state, 'succeeded')
    assert.equal(await logOf(ended), lines(80))
  })

  test('T1: looking at the server in the meantime strands no run', async ({ assert }) => {
    startWorker()
    const { remotes } = workers[0]
    const run = await createScriptRun(scope, server, countTo(60, '0.1'))
    await waitForRun(run.id, ({ logSize }) => logSize > 50)
    await new CheckServer(remotes).handle(server, { afresh: true })
    const ended = await waitForRun(run.id, undefined, 30_000)
    assert.equal(ended.state, 'succeeded')
    assert.equal(await logOf(ended), lines(60))
    const second = await createScriptRun(scope, server, 'echo begun; sleep 306')
    await waitForRun(second.id, ({ logSize }) => logSize > 0)
    await new CheckServer(remotes).handle(server, { afresh: true })
    await new CancelRun().handle(scope.origin, second)
    assert.equal((await waitForRun(second.id)).state, 'cancelled')
  })

  test('a run that is cancelled before it could begin never runs', async ({ assert }) => {
    const run = await createScriptRun(scope, server, 'touch /tmp/never; sleep 307')
    await new CancelRun().handle(scope.origin, run)
    startWorker()
    assert.equal((await waitForRun(run.id)).state, 'cancelled')
    assert.equal(fleet.host('web-1').inside(['find', '/tmp', '-name', 'never']), '')
  })

  test('J6: a server that restarts in the middle leaves the run lost, not succeeded', async ({
    assert,
  }) => {
    startWorker()
    const run = await createScriptRun(scope, server, 'echo begun; sleep 304')
    await waitForRun(run.id, ({ logSize }) => logSize > 0)
    await fleet.host('web-1').reboot()
    const ended = await waitForRun(run.id, undefined, 90_000)
    assert.equal(ended.state, 'lost')
    assert.include(ended.failure!.reason, 'restarted')
  })

  test('T5: a server with another host key is refused before any authentication', async ({
    assert,
  }) => {
    const host = fleet.host('web-1')
    host.replaceHostKey()
    host.inside(['journalctl', '--rotate'])
    startWorker()
    const run = await createScriptRun(scope, server, 'echo never')
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'failed')
    assert.include(ended.failure!.reason, 'host key')
    assert.equal(ended.logSize, 0)
  })
})
