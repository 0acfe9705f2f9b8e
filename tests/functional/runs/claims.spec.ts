import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import { claim, findClaimable, hasten, LEASE_MS, putOff, release, renew } from '#app/runs/claims'
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
    assert.deepEqual(await findClaimable(10), [
      { id: run.id, serverId: server.id, teamId: tenant.team.id },
    ])
    const [claimed] = await claim([run.id])
    assert.equal(claimed.state, 'running')
    assert.equal(claimed.fence, 1)
    assert.equal(claimed.attempt, 1)
    assert.equal(claimed.server.id, server.id)
    assert.isNotNull(claimed.startedAt)
    assert.closeTo(claimed.leaseUntil!.toMillis(), Date.now() + LEASE_MS, 2_000)
    assert.deepEqual(await findClaimable(10), [])
  })

  test('succeed for exactly one of many who try at once', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const tries = Array.from({ length: 8 }, () => claim([run.id]))
    assert.lengthOf((await Promise.all(tries)).flat(), 1)
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
      assert.deepEqual(await claim([run.id]), [])
      assert.deepEqual(await databaseSnapshot(), before)
    })

  test('pass to another when they are not renewed', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const [first] = await claim([run.id])
    assert.deepEqual(await claim([run.id]), [])
    await lapse(run)
    assert.deepEqual(await findClaimable(10), [
      { id: run.id, serverId: server.id, teamId: tenant.team.id },
    ])
    const [second] = await claim([run.id])
    assert.equal(second.fence, 2)
    assert.equal(second.attempt, 2)
    assert.equal(second.startedAt!.toMillis(), first.startedAt!.toMillis())
  })

  test('are kept by renewing', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const [claimed] = await claim([run.id])
    await lapse(run)
    assert.deepEqual([...(await renew([claimed]))], [[run.id, { cancelRequested: false }]])
    assert.deepEqual(await findClaimable(10), [])
  })

  test('hear that someone cancels', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const [claimed] = await claim([run.id])
    await new CancelRun().handle(tenant.scope.origin, await row(run))
    assert.deepEqual([...(await renew([claimed]))], [[run.id, { cancelRequested: true }]])
  })

  test('given back can be taken at once', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const [claimed] = await claim([run.id])
    await release(claimed)
    assert.deepEqual(await findClaimable(10), [
      { id: run.id, serverId: server.id, teamId: tenant.team.id },
    ])
    assert.lengthOf(await claim([run.id]), 1)
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

  test('are made on many runs at once, each by one of those who try', async ({ assert }) => {
    const ids: string[] = []
    for (let count = 0; count < 20; count++) ids.push((await createRun(tenant, server)).id)
    const won = await Promise.all([claim(ids), claim(ids.slice(5)), claim([...ids].reverse())])
    const winners = won.flat().map(({ id }) => id)
    assert.deepEqual(winners.sort(), ids.sort())
    for (const run of won.flat()) assert.equal(run.fence, 1)
  })

  test('are not offered on servers that are left out', async ({ assert }) => {
    const other = await createServer(tenant)
    await createRun(tenant, server)
    const run = await createRun(tenant, other)
    assert.deepEqual(await findClaimable(10, [server.id]), [
      { id: run.id, serverId: other.id, teamId: tenant.team.id },
    ])
  })

  test('are not offered of teams that are left out', async ({ assert }) => {
    const other = await createTenant()
    await createRun(tenant, server)
    const theirs = await createRun(other, await createServer(other))
    const offered = await findClaimable(10, [], [tenant.team.id])
    assert.deepEqual(
      offered.map(({ id }) => id),
      [theirs.id]
    )
  })

  test('given back for later are free only then, and their server is silent', async ({
    assert,
  }) => {
    const run = await createRun(tenant, server)
    const [claimed] = await claim([run.id])
    await putOff(claimed, 60_000, true)
    assert.deepEqual(await findClaimable(10), [])
    assert.deepEqual(await claim([run.id]), [])
    const waiting = await row(run)
    assert.equal(waiting.state, 'running')
    assert.isNull(waiting.leaseOwner)
    assert.closeTo(waiting.unreachableSince!.toMillis(), Date.now(), 5_000)
    await hasten((runs) => runs.where('id', run.id))
    assert.lengthOf(await claim([run.id]), 1)
  })

  test('given back for later keep since when the server is silent', async ({ assert }) => {
    const since = DateTime.utc().minus({ minutes: 5 })
    const run = await createRun(tenant, server, { unreachableSince: since })
    const [claimed] = await claim([run.id])
    await putOff(claimed, 0, true)
    assert.equal((await row(run)).unreachableSince!.toMillis(), since.toMillis())
  })

  test('given back for later can be cancelled at once', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const [claimed] = await claim([run.id])
    await putOff(claimed, 60_000, true)
    await new CancelRun().handle(tenant.scope.origin, await row(run))
    const [again] = await claim([run.id])
    assert.isNotNull(again.cancelRequestedAt)
  })

  test('are offered last where the server was silent', async ({ assert }) => {
    const silent = await createRun(tenant, server, { unreachableSince: DateTime.utc() })
    const fresh = await createRun(tenant, server)
    await db.from('runs').where('id', silent.id).update({ created_at: 1 })
    const offered = await findClaimable(10)
    assert.deepEqual(
      offered.map(({ id }) => id),
      [fresh.id, silent.id]
    )
  })

  test('that were lost can write nothing any more', async ({ assert }) => {
    const run = await createRun(tenant, server)
    const [stale] = await claim([run.id])
    await lapse(run)
    const [current] = await claim([run.id])
    const before = await databaseSnapshot()

    assert.equal((await renew([stale])).size, 0)
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
    const [claimed] = await claim([run.id])
    await endRun(claimed, null, { state: 'failed', exitCode: 3 })
    const before = await databaseSnapshot()
    assert.equal((await renew([claimed])).size, 0)
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
    const claimed = (await Promise.all(runs.map(({ id }) => claim([id])))).flat()
    assert.deepEqual(claimed.map(({ id }) => id).sort(), runs.map(({ id }) => id).sort())
  })
})
