import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { claim, findClaimable, LEASE_MS, release, renew } from '#app/runs/claims'
import CancelRun from '#app/runs/actions/cancel_run'
import Run from '#app/runs/models/run'
import { runStates } from '#app/runs/states'
import type Server from '#app/servers/models/server'
import { endRun } from '#app/runs/worker/end_run'
import { RunRecorder } from '#app/runs/worker/run_recorder'
import { databaseSnapshot } from '#tests/support/database_snapshot'
import { createRun, createServer, createTenant, type Tenant } from '#tests/support/tenants'

test.group('Claims of runs', (group) => {
  let tenant: Tenant
  let server: Server

  group.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
  })
  group.each.setup(async () => {
    await db.from('runs').delete()
  })

  const lapse = (run: Run) =>
    db
      .from('runs')
      .where('id', run.id)
      .update({ lease_until: Date.now() - 1 })
  const row = (run: Run) => Run.acrossTeams().where('id', run.id).firstOrFail()

  test('are made on runs that nobody has', async ({ assert }) => {
    const run = await createRun(tenant, server)
    assert.deepEqual(await findClaimable(10), [{ id: run.id, fence: 0 }])
    const claimed = await claim({ id: run.id, fence: 0 })
    assert.equal(claimed!.state, 'running')
    assert.equal(claimed!.fence, 1)
    assert.equal(claimed!.attempt, 1)
    assert.equal(claimed!.server.id, server.id)
    assert.isNotNull(claimed!.startedAt)
    assert.closeTo(claimed!.leaseUntil!.toMillis(), Date.now() + LEASE_MS, 2_000)
    assert.deepEqual(await findClaimable(10), [])
  })

  test('succeed for exactly one of many who try at once', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const tries = Array.from({ length: 8 }, () => claim({ id: run.id, fence: 0 }))
    const claimed = (await Promise.all(tries)).filter((won) => won !== null)
    assert.lengthOf(claimed, 1)
    const stored = await row(run)
    assert.equal(stored.fence, 1)
    assert.equal(stored.attempt, 1)
  })

  test('are not made on a run that is {$self}')
    .with(runStates.filter((state) => !['queued', 'running'].includes(state)))
    .run(async ({ assert }, state) => {
      const run = await createRun(tenant, server, { state })
      const before = await databaseSnapshot()
      assert.deepEqual(await findClaimable(10), [])
      assert.isNull(await claim({ id: run.id, fence: 0 }))
      assert.deepEqual(await databaseSnapshot(), before)
    })

  test('pass to another when they are not renewed', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const first = (await claim({ id: run.id, fence: 0 }))!
    assert.isNull(await claim({ id: run.id, fence: 1 }))
    await lapse(run)
    assert.deepEqual(await findClaimable(10), [{ id: run.id, fence: 1 }])
    const second = (await claim({ id: run.id, fence: 1 }))!
    assert.equal(second.fence, 2)
    assert.equal(second.attempt, 2)
    assert.equal(second.startedAt!.toMillis(), first.startedAt!.toMillis())
  })

  test('are kept by renewing', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const claimed = (await claim({ id: run.id, fence: 0 }))!
    await lapse(run)
    assert.deepEqual(await renew(claimed), { cancelRequested: false })
    assert.deepEqual(await findClaimable(10), [])
  })

  test('hear that someone cancels', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const claimed = (await claim({ id: run.id, fence: 0 }))!
    await new CancelRun().handle(tenant.scope.origin, await row(run))
    assert.deepEqual(await renew(claimed), { cancelRequested: true })
  })

  test('given back can be taken at once', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const claimed = (await claim({ id: run.id, fence: 0 }))!
    await release(claimed)
    assert.deepEqual(await findClaimable(10), [{ id: run.id, fence: 1 }])
    assert.isNotNull(await claim({ id: run.id, fence: 1 }))
  })

  test('are offered oldest first', async ({ assert }) => {
    const ids = []
    for (let number = 0; number < 3; number++) {
      const run = await createRun(tenant, server)
      await db
        .from('runs')
        .where('id', run.id)
        .update({ created_at: 1000 - number })
      ids.unshift(run.id)
    }
    const offered = await findClaimable(2)
    assert.deepEqual(
      offered.map(({ id }) => id),
      ids.slice(0, 2)
    )
  })

  test('that were lost can write nothing any more', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const stale = (await claim({ id: run.id, fence: 0 }))!
    await lapse(run)
    const current = (await claim({ id: run.id, fence: 1 }))!
    const before = await databaseSnapshot()

    assert.isNull(await renew(stale))
    await release(stale)
    const recorder = new RunRecorder(stale, { body: '', secrets: [], steps: [] })
    await recorder.push(Buffer.from('from the past\n'))
    await assert.rejects(() => recorder.flush(), /took over/)
    await assert.rejects(
      () => endRun(stale, null, { state: 'succeeded', exitCode: 0 }),
      /took over/
    )
    assert.deepEqual(await databaseSnapshot(), before)

    const own = new RunRecorder(current, { body: '', secrets: [], steps: [] })
    await own.push(Buffer.from('from now\n'))
    await own.flush()
    await endRun(current, own, { state: 'succeeded', exitCode: 0 })
    const ended = await row(run)
    assert.equal(ended.state, 'succeeded')
    assert.equal(ended.logSize, 9)
  })

  test('of a run that ended change nothing', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const claimed = (await claim({ id: run.id, fence: 0 }))!
    await endRun(claimed, null, { state: 'failed', exitCode: 3 })
    const before = await databaseSnapshot()
    assert.isNull(await renew(claimed))
    await release(claimed)
    await assert.rejects(
      () => endRun(claimed, null, { state: 'succeeded', exitCode: 0 }),
      /took over/
    )
    await new CancelRun().handle(tenant.scope.origin, claimed)
    assert.deepEqual(await databaseSnapshot(), before)
  })

  test('of a run wait for no row of another', async ({ assert }) => {
    const runs = [await createRun(tenant, server), await createRun(tenant, server)]
    const claimed = await Promise.all(runs.map(({ id }) => claim({ id, fence: 0 })))
    assert.deepEqual(
      claimed.map((run) => run!.id),
      runs.map(({ id }) => id)
    )
  })
})
