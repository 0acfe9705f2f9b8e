import { setTimeout as sleep } from 'node:timers/promises'
import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { RemoteError } from '#engine/ssh/errors'
import CancelRun from '#app/runs/actions/cancel_run'
import { claim } from '#app/runs/claims'
import { runEvents } from '#app/runs/run_events'
import type Run from '#app/runs/models/run'
import { RunExecution } from '#app/runs/worker/run_execution'
import { RunWorker } from '#app/runs/worker/run_worker'
import type Server from '#app/servers/models/server'
import { endedRun, FakeFleet } from '#tests/support/fake_runs'
import { createScriptRun, logOf, waitForRun } from '#tests/support/script_runs'
import { createServer, createTenant, type Tenant } from '#tests/support/tenants'

const silence = () => new RemoteError('E_CONNECT', 'No route to host.', 'Is it on?')

test.group('Worker of runs', (group) => {
  let tenant: Tenant
  let remotes: FakeFleet
  let worker: RunWorker

  group.setup(async () => {
    tenant = await createTenant()
  })
  group.each.setup(async () => {
    await db.from('runs').delete()
    remotes = new FakeFleet()
    worker = new RunWorker(remotes)
    return () => worker.stop()
  })

  const servers = (count: number) =>
    Promise.all(Array.from({ length: count }, () => createServer(tenant)))
  const runOn = (server: Server, deadlineSeconds = 600) =>
    createScriptRun(tenant.scope, server, 'true', { deadlineSeconds })
  const now = (run: Run) => waitForRun(run.id, () => true)
  const put = (run: Run, values: Record<string, unknown>) =>
    db.from('runs').where('id', run.id).update(values)
  const timers = () =>
    process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length

  async function statements(work: () => Promise<unknown>): Promise<number> {
    const client = db.connection().getWriteClient()
    let count = 0
    const note = () => count++
    client.on('query', note)
    await work()
    client.off('query', note)
    return count
  }

  test('writes the whole log and the end of a run', async ({ assert }) => {
    const [server] = await servers(1)
    remotes.answer(() => endedRun({ log: 'größe ✓\nend', code: 3 }))
    worker.start()
    const ended = await waitForRun((await runOn(server)).id)
    assert.equal(ended.state, 'failed')
    assert.equal(ended.exitCode, 3)
    assert.equal(await logOf(ended), 'größe ✓\nend')
    assert.deepEqual(ended.failure!.lastLines, ['größe ✓', 'end'])
    assert.isNull(ended.leaseOwner)
    assert.isNull(ended.compiled)
  })

  test('spends a handful of statements on a short run', async ({ assert }) => {
    const runs: Run[] = []
    for (const server of await servers(40)) runs.push(await runOn(server))
    remotes.answer(() => endedRun({ log: 'up 3 days\n' }))
    const count = await statements(async () => {
      worker.start()
      await sleep(900)
    })
    for (const run of runs) assert.equal((await now(run)).state, 'succeeded')
    assert.isBelow(count, 40 * 6)
  })

  test('T2: servers that keep silent hold up nobody else', async ({ assert }) => {
    const [good, ...silent] = await servers(90)
    const held: Run[] = []
    for (const server of silent) {
      remotes.answer(() => ({ delay: Infinity }), server)
      held.push(await runOn(server))
    }
    worker.start()
    await waitForRun(held[0].id, ({ state }) => state === 'running')
    const ended = await waitForRun((await runOn(good)).id, undefined, 15_000)
    assert.equal(ended.state, 'succeeded')
    for (const run of held) assert.equal((await now(run)).state, 'running')
  })

  test('T8: many runs of one server hold up no other server', async ({ assert }) => {
    const [crowded, other] = await servers(2)
    remotes.answer(() => ({ delay: Infinity }), crowded)
    for (let count = 0; count < 70; count++) await runOn(crowded)
    const run = await runOn(other)
    worker.start()
    const ended = await waitForRun(run.id, undefined, 1_500)
    assert.equal(ended.state, 'succeeded')
    const [carried] = await db.from('runs').where('state', 'running').count('* as count')
    assert.equal(Number(carried.count), 12)
  })

  test('T8: what had to wait for room on its server comes as soon as there is some', async ({
    assert,
  }) => {
    const [server] = await servers(1)
    remotes.answer(() => ({ ...endedRun(), delay: 20 }))
    const runs: Run[] = []
    for (let count = 0; count < 60; count++) runs.push(await runOn(server))
    worker.start()
    for (const run of runs) {
      const ended = await waitForRun(run.id, undefined, 900)
      assert.equal(ended.attempt, 1)
    }
  })

  test('T2: a run whose server fell silent stays running, costs no timer, and is lost past its deadline', async ({
    assert,
  }) => {
    const before = timers()
    const runs: Run[] = []
    remotes.answer(() => ({ error: silence() }))
    for (const server of await servers(30)) {
      const run = await runOn(server)
      await put(run, { state: 'running', attempt: 1, fence: 1, started_at: Date.now() })
      runs.push(run)
    }
    worker.start()
    for (const run of runs) {
      const waiting = await waitForRun(run.id, ({ unreachableSince }) => unreachableSince !== null)
      assert.equal(waiting.state, 'running')
      assert.isNull(waiting.failure)
    }
    await sleep(100)
    assert.isBelow(timers() - before, 10)

    const [run, ...others] = runs
    await put(run, { started_at: Date.now() - (600 + 61) * 1000, lease_until: null })
    const lost = await waitForRun(run.id)
    assert.equal(lost.state, 'lost')
    assert.include(lost.failure!.reason, 'could not be reached')
    for (const other of others) assert.equal((await now(other)).state, 'running')
  })

  test('T2: the longer a server is silent, the less often it is asked', async ({ assert }) => {
    const [server] = await servers(1)
    remotes.answer(() => ({ error: silence() }))
    const run = await runOn(server)
    const since = Date.now() - 3_600_000
    await put(run, { state: 'running', attempt: 1, fence: 1, started_at: Date.now() })
    await put(run, { unreachable_since: since })
    worker.start()
    const waiting = await waitForRun(
      run.id,
      ({ attempt, leaseOwner }) => attempt > 1 && !leaseOwner
    )
    assert.equal(waiting.unreachableSince!.toMillis(), since)
    assert.isAbove(waiting.leaseUntil!.toMillis(), Date.now() + 9_000)
    assert.isBelow(waiting.leaseUntil!.toMillis(), Date.now() + 20_000)
  })

  test('T2: a run whose server answers again is not silent any more', async ({ assert }) => {
    const [server] = await servers(1)
    const run = await runOn(server)
    await put(run, { state: 'running', attempt: 3, fence: 3, unreachable_since: Date.now() })
    worker.start()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.isNull(ended.unreachableSince)
  })

  test('a server that was never reached fails the run at once', async ({ assert }) => {
    const [server] = await servers(1)
    remotes.answer(() => ({ error: silence() }))
    worker.start()
    const ended = await waitForRun((await runOn(server)).id)
    assert.equal(ended.state, 'failed')
    assert.equal(ended.failure!.reason, 'No route to host.')
    assert.equal(ended.failure!.next, 'Is it on?')
  })

  test('a run that is cancelled before it began says so', async ({ assert }) => {
    const [server] = await servers(1)
    const run = await runOn(server)
    await new CancelRun().handle(tenant.scope.origin, run)
    worker.start()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'cancelled')
    assert.include(ended.failure!.reason, 'before it began')
    assert.isNull(ended.provenGoneAt)
    assert.equal(remotes.asked(server, run.id), 0)
  })

  test('a run is cancelled by the login its server has by then', async ({ assert }) => {
    const [server] = await servers(1)
    remotes.answer(() => ({ delay: Infinity }))
    const used: string[] = []
    const of = remotes.of.bind(remotes)
    remotes.of = (asked: Server) => {
      used.push(asked.publicKey)
      return of(asked)
    }
    const run = await runOn(server)
    worker.start()
    await waitForRun(run.id, ({ state }) => state === 'running')
    while (used.length === 0) await sleep(10)
    await db.from('servers').where('id', server.id).update({ public_key: 'the next key' })
    await new CancelRun().handle(tenant.scope.origin, run)
    for (let tries = 0; tries < 100 && used.length < 2; tries++) await sleep(20)
    assert.deepEqual(used, [server.publicKey, 'the next key'])
  })

  test('a run whose server is gone is not cancelled anywhere', async ({ assert }) => {
    const [server] = await servers(1)
    remotes.answer(() => ({ delay: Infinity }))
    const run = await runOn(server)
    const [claimed] = await claim([run.id])
    const execution = new RunExecution(claimed, remotes, new AbortController().signal)
    const carrying = execution.carry()
    while (remotes.asked(server, run.id) === 0) await sleep(10)
    await db.from('servers').where('id', server.id).delete()
    const asked = remotes.of(server).described.length
    execution.cancel()
    execution.lose()
    await carrying
    assert.lengthOf(remotes.of(server).described, asked)
  })

  test('J5: a run that waits for its server and is cancelled meanwhile never begins', async ({
    assert,
  }) => {
    const [server] = await servers(1)
    const run = await createScriptRun(tenant.scope, server, 'echo marker of the body')
    await put(run, { state: 'running', attempt: 1, fence: 1, started_at: Date.now() })
    await new CancelRun().handle(tenant.scope.origin, run)
    const said = (line: string) => ({ stdout: '', stderr: `muster-run: ${line}\n` })
    remotes.of(server).on(/muster-cancel/, said('cancelled left=0 state=missing'))
    let sentBody = false
    remotes.answer(({ stdin }) => {
      sentBody ||= stdin.includes('marker of the body')
      return said('refused reason=missing')
    })
    worker.start()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'cancelled')
    assert.isFalse(sentBody)
    assert.equal(remotes.asked(server, run.id), 2)
  })

  test('a run that was cancelled before it began ends although its server is full', async ({
    assert,
  }) => {
    const [server] = await servers(1)
    remotes.answer(() => ({ delay: Infinity }))
    const carried: Run[] = []
    for (let count = 0; count < 12; count++) carried.push(await runOn(server))
    worker.start()
    for (const { id } of carried) await waitForRun(id, ({ state }) => state === 'running')
    const run = await runOn(server)
    await sleep(300)
    assert.equal((await now(run)).state, 'queued')
    await new CancelRun().handle(tenant.scope.origin, run)
    assert.equal((await waitForRun(run.id, undefined, 20_000)).state, 'cancelled')
  })

  test('Q7: wake-ups that are lost, doubled or mixed up change no outcome', async ({ assert }) => {
    const wake = runEvents.wakeWorkers
    let count = 0
    runEvents.wakeWorkers = () => {
      if (count++ % 3 === 0) return
      const times = count % 3 === 1 ? 2 : 1
      for (let time = 0; time < times; time++) setTimeout(() => wake.call(runEvents), time * 30)
    }
    try {
      worker.start()
      const runs: [Server, Run][] = []
      for (const server of await servers(30)) runs.push([server, await runOn(server)])
      for (const [server, run] of runs) {
        const ended = await waitForRun(run.id, undefined, 5_000)
        assert.equal(ended.state, 'succeeded')
        assert.equal(ended.attempt, 1)
        assert.equal(remotes.asked(server, run.id), 1)
      }
    } finally {
      runEvents.wakeWorkers = wake
    }
  })

  test('Q6: a run whose worker vanished twice is taken up by the next, and counts them', async ({
    assert,
  }) => {
    const [server] = await servers(1)
    const run = await runOn(server)
    for (let time = 1; time <= 2; time++) {
      await claim([run.id])
      await put(run, { lease_until: Date.now() - 1 })
    }
    worker.start()
    const ended = await waitForRun(run.id)
    assert.equal(ended.state, 'succeeded')
    assert.equal(ended.attempt, 3)
    assert.equal(ended.fence, 3)
  })

  test('Q11: a worker that stops gives back what it carries, for others to take at once', async ({
    assert,
  }) => {
    remotes.answer(() => ({ delay: Infinity }))
    const runs: Run[] = []
    for (const server of await servers(5)) runs.push(await runOn(server))
    worker.start()
    for (const run of runs) await waitForRun(run.id, ({ state }) => state === 'running')
    await worker.stop()
    for (const run of runs) {
      const left = await now(run)
      assert.equal(left.state, 'running')
      assert.isNull(left.leaseUntil)
    }
  })
})
