import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import CancelBulkRun from '#app/bulk_runs/actions/cancel_bulk_run'
import CarryOnBulkRuns from '#app/bulk_runs/actions/carry_on_bulk_runs'
import ConfirmBulkRun from '#app/bulk_runs/actions/confirm_bulk_run'
import Activity from '#app/activity/models/activity'
import type { NewBulkRun } from '#app/bulk_runs/insert_bulk_run'
import Run from '#app/runs/models/run'
import { endRun } from '#app/runs/worker/end_run'
import type Server from '#app/servers/models/server'
import Membership from '#app/teams/models/membership'
import {
  bulkRunRow,
  claimed,
  countsOf,
  endWith,
  openRunsOf,
  startCommand,
  targetsOf,
} from '#tests/support/bulk_runs'
import { emptyDatabase } from '#tests/support/database_snapshot'
import { createServer, createTenant, type Tenant } from '#tests/support/tenants'

test.group('How a bulk run goes on', (group) => {
  let tenant: Tenant
  let servers: Server[]

  group.each.setup(async () => {
    await emptyDatabase()
    tenant = await createTenant()
    servers = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      servers.push(await createServer(tenant, { name: `web-${name}` }))
    }
  })

  test('begins on all servers at once when nothing holds it back', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime')
    assert.deepEqual(await countsOf(bulkRun), { running: 5 })
    const runs = await openRunsOf(bulkRun)
    assert.deepEqual(
      runs.map(({ title, kind, deadlineSeconds }) => [title, kind, deadlineSeconds]),
      servers.map(({ name }) => [`Command: ${name}`, 'script.run', 60])
    )
    for (const run of runs) await endWith(run, 'same\n')
    const ended = await bulkRunRow(bulkRun)
    assert.equal(ended.state, 'succeeded')
    assert.isNotNull(ended.finishedAt)
    const targets = await targetsOf(bulkRun)
    assert.lengthOf(new Set(targets.map(({ outputHash }) => outputHash)), 1)
    assert.deepEqual(
      targets.map(({ note, exitCode }) => [note, exitCode]),
      servers.map(() => ['same', 0])
    )
  })

  test('lets no more than its limit run at once, and begins one for each that ends', async ({
    assert,
  }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 2 })
    assert.deepEqual(await countsOf(bulkRun), { running: 2, waiting: 3 })
    assert.lengthOf(await Run.acrossTeams(), 2)
    await endWith((await openRunsOf(bulkRun))[0], 'x')
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 1, running: 2, waiting: 2 })
    for (let left = 4; left > 0; left--) await endWith((await openRunsOf(bulkRun))[0], 'x')
    assert.equal((await bulkRunRow(bulkRun)).state, 'succeeded')
  })

  test('cuts what a ready action makes of a server that says too much', async ({ assert }) => {
    const bulkRun = await startCommand(
      tenant.scope,
      servers.slice(0, 1),
      '',
      {},
      {
        kind: 'action',
        action: 'docker',
        work: { kind: 'action', action: 'docker', values: {} },
      }
    )
    const run = await claimed((await openRunsOf(bulkRun))[0])
    run.results = { docker: '🐳'.repeat(700) }
    await endRun(run, null, { state: 'succeeded', exitCode: 0 })
    const [{ note, state }] = await targetsOf(bulkRun)
    assert.equal(state, 'succeeded')
    assert.isAtMost([...note!].length, 200)
    assert.match(note!, /^Docker 🐳+$/u)
  })

  test('leaves the others alone when the canary fails', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { canary: 1 })
    assert.deepEqual(await countsOf(bulkRun), { running: 1, waiting: 4 })
    await endWith((await openRunsOf(bulkRun))[0], 'broken', 1)
    assert.deepEqual(await countsOf(bulkRun), { failed: 1, skipped: 4 })
    const ended = await bulkRunRow(bulkRun)
    assert.equal(ended.state, 'stopped')
    assert.equal(ended.stopReason, 'canary')
    assert.lengthOf(await Run.acrossTeams(), 1)
  })

  test('goes on to the others when the canary succeeds, wave by wave', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { canary: 1, waveSize: 2 })
    await endWith((await openRunsOf(bulkRun))[0], 'fine')
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 1, running: 2, waiting: 2 })
    const [first, second] = await openRunsOf(bulkRun)
    await endWith(first, 'fine')
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 2, running: 1, waiting: 2 })
    await endWith(second, 'fine')
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 3, running: 2 })
  })

  test('stops after so many failures, and lets what runs come to its end', async ({ assert }) => {
    const pace = { concurrency: 2, stopAfter: 1 }
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', pace)
    const [first, second] = await openRunsOf(bulkRun)
    await endWith(first, 'broken', 3)
    assert.deepEqual(await countsOf(bulkRun), { failed: 1, running: 1, skipped: 3 })
    assert.equal((await bulkRunRow(bulkRun)).state, 'running')
    await endWith(second, 'fine')
    assert.deepEqual(await countsOf(bulkRun), { failed: 1, succeeded: 1, skipped: 3 })
    const ended = await bulkRunRow(bulkRun)
    assert.equal(ended.state, 'stopped')
    assert.equal(ended.stopReason, 'failures')
  })

  test('stops when its author may no longer run it', async ({ assert }) => {
    const { id: teamId } = tenant.team
    const { id: userId } = tenant.owner
    const place = () => db.from('memberships').where({ team_id: teamId, user_id: userId })
    const losses: [string, () => Promise<unknown>, Partial<NewBulkRun>?][] = [
      ['deactivated', () => db.from('users').where('id', userId).update({ deactivated_at: 1 })],
      ['another role', () => place().update({ role: 'deployer' })],
      ['a role without scripts', () => place().update({ role: 'viewer' }), { kind: 'script' }],
      ['no member', () => place().delete()],
    ]
    for (const [loss, lose, values] of losses) {
      const bulkRun = await startCommand(tenant.scope, servers, 'x', { concurrency: 2 }, values)
      await lose()
      await endWith((await openRunsOf(bulkRun))[0], 'x')
      assert.deepEqual(await countsOf(bulkRun), { succeeded: 1, running: 1, skipped: 3 }, loss)
      await endWith((await openRunsOf(bulkRun))[0], 'x')
      const ended = await bulkRunRow(bulkRun)
      assert.deepEqual([ended.state, ended.stopReason], ['stopped', 'author'], loss)
      const { action } = await Activity.acrossTeams().orderBy('id', 'desc').firstOrFail()
      assert.equal(action, 'bulk_run.author_lost_right')
      await place().update({ role: 'owner' })
      await db.from('users').where('id', userId).update({ deactivated_at: null })
    }
  })

  test('goes on when its author may still run it in another role', async ({ assert }) => {
    const bulkRun = await startCommand(
      tenant.scope,
      servers,
      'x',
      { concurrency: 2 },
      { kind: 'script' }
    )
    await db.from('memberships').where('user_id', tenant.owner.id).update({ role: 'deployer' })
    while ((await openRunsOf(bulkRun)).length > 0) {
      await endWith((await openRunsOf(bulkRun))[0], 'x')
    }
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 5 })
    assert.equal((await bulkRunRow(bulkRun)).state, 'succeeded')
  })

  test('leaves out servers that its author sees no more', async ({ assert }) => {
    const bulkRun = await startCommand(
      tenant.scope,
      servers,
      'x',
      { concurrency: 1 },
      { kind: 'script' }
    )
    const place = await Membership.within(tenant.scope).firstOrFail()
    await place.merge({ role: 'deployer', restricted: true }).save()
    for (const server of [servers[0], servers[3]]) {
      await place.related('grants').create({ teamId: tenant.team.id, serverId: server.id })
    }
    while ((await openRunsOf(bulkRun)).length > 0) {
      await endWith((await openRunsOf(bulkRun))[0], 'x')
    }
    const targets = await targetsOf(bulkRun)
    assert.deepEqual(
      targets.map(({ state }) => state),
      ['succeeded', 'skipped', 'skipped', 'succeeded', 'skipped']
    )
    assert.equal(targets[1].note, 'Its author no longer sees this server')
  })

  test('Q5: runs that end at the same moment begin each next one once, and end it once', async ({
    assert,
  }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 2 })
    for (let open = await openRunsOf(bulkRun); open.length > 0; open = await openRunsOf(bulkRun)) {
      const mine = await Promise.all(open.map(claimed))
      await Promise.all(mine.map((run) => endRun(run, null, { state: 'succeeded', exitCode: 0 })))
      const { running = 0 } = await countsOf(bulkRun)
      assert.isAtMost(running, 2)
    }
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 5 })
    assert.lengthOf(await Run.acrossTeams(), 5)
    const ends = await Activity.acrossTeams().where('action', 'bulk_run.succeeded')
    assert.lengthOf(ends, 1)
  })

  test('the last two that end at once leave none behind', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime')
    const mine = await Promise.all((await openRunsOf(bulkRun)).map(claimed))
    await Promise.all(mine.map((run) => endRun(run, null, { state: 'failed', exitCode: 1 })))
    assert.deepEqual(await countsOf(bulkRun), { failed: 5 })
    assert.equal((await bulkRunRow(bulkRun)).state, 'failed')
  })

  test('cancelling begins nothing more and asks for what runs to be ended', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 2 })
    await new CancelBulkRun().handle(tenant.scope, bulkRun)
    assert.deepEqual(await countsOf(bulkRun), { running: 2, skipped: 3 })
    for (const run of await openRunsOf(bulkRun)) {
      assert.isNotNull(run.cancelRequestedAt)
      await endRun(await claimed(run), null, { state: 'cancelled' })
    }
    assert.deepEqual(await countsOf(bulkRun), { cancelled: 2, skipped: 3 })
    assert.equal((await bulkRunRow(bulkRun)).state, 'cancelled')
  })

  test('cancelling while runs end leaves none of them waiting for the other', async ({
    assert,
  }) => {
    for (let round = 0; round < 5; round++) {
      const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 3 })
      const mine = await Promise.all((await openRunsOf(bulkRun)).map(claimed))
      await Promise.all([
        new CancelBulkRun().handle(tenant.scope, bulkRun),
        ...mine.map((run) => endRun(run, null, { state: 'succeeded', exitCode: 0 })),
      ])
      for (const run of await openRunsOf(bulkRun)) {
        await endRun(run.state === 'queued' ? await claimed(run) : run, null, {
          state: 'cancelled',
        })
      }
      assert.isFalse((await bulkRunRow(bulkRun)).isOpen)
    }
  })

  test('is cancelled although the panel went down in the middle of cancelling', async ({
    assert,
  }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 2 })
    await new CancelBulkRun().handle(tenant.scope, bulkRun)
    await db.from('runs').update({ cancel_requested_at: null })
    await new CarryOnBulkRuns().handle()
    for (const run of await openRunsOf(bulkRun)) assert.isNotNull(run.cancelRequestedAt)
  })

  test('is carried on when a server was removed with its run', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 1 })
    await db.from('servers').where('id', servers[0].id).delete()
    await db.from('servers').where('id', servers[1].id).delete()
    await new CarryOnBulkRuns().handle()
    assert.deepEqual(await countsOf(bulkRun), { lost: 1, skipped: 1, running: 1, waiting: 2 })
    const [run] = await openRunsOf(bulkRun)
    assert.equal(run.serverId, servers[2].id)
  })

  test('is carried on when the end of a run was not told', async ({ assert }) => {
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', { concurrency: 1 })
    const [run] = await openRunsOf(bulkRun)
    await db.from('runs').where('id', run.id).update({ state: 'succeeded', exit_code: 0 })
    await new CarryOnBulkRuns().handle()
    assert.deepEqual(await countsOf(bulkRun), { succeeded: 1, running: 1, waiting: 3 })
  })

  test('what asks first begins nothing before it is confirmed, and then once', async ({
    assert,
  }) => {
    const values = { asksFirst: true }
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', {}, values)
    assert.deepEqual(await countsOf(bulkRun), { waiting: 5 })
    assert.lengthOf(await Run.acrossTeams(), 0)
    const confirm = new ConfirmBulkRun()
    await Promise.all([
      confirm.handle(tenant.scope, bulkRun),
      confirm.handle(tenant.scope, bulkRun),
    ])
    assert.deepEqual(await countsOf(bulkRun), { running: 5 })
    assert.lengthOf(await Run.acrossTeams(), 5)
  })

  test('what nobody confirms is forgotten', async ({ assert }) => {
    const values = { asksFirst: true }
    const bulkRun = await startCommand(tenant.scope, servers, 'uptime', {}, values)
    await new CarryOnBulkRuns().handle()
    assert.lengthOf(await targetsOf(bulkRun), 5)
    await db
      .from('bulk_runs')
      .where('id', bulkRun.id)
      .update({ created_at: Date.now() - 16 * 60_000 })
    await new CarryOnBulkRuns().handle()
    assert.lengthOf(await targetsOf(bulkRun), 0)
  })

  test('leaves out servers that are not connected, and those of other teams', async ({
    assert,
  }) => {
    const other = await createServer(await createTenant())
    const unconfirmed = await createServer(tenant, {
      offeredHostKey: { type: 'ssh-ed25519', key: 'AAAA' },
    })
    const all = [...servers, other, unconfirmed]
    const bulkRun = await startCommand(tenant.scope, all, 'uptime')
    assert.deepEqual(await countsOf(bulkRun), { running: 5 })
    await assert.rejects(() => startCommand(tenant.scope, [other], 'uptime'))
  })
})
