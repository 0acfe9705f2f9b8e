import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import Activity from '#app/activity/models/activity'
import RemoveOldLogs from '#app/administration/actions/remove_old_logs'
import type Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import { runStates } from '#app/runs/states'
import PanelSettings from '#app/settings/models/panel_settings'
import type Server from '#app/servers/models/server'
import { deploymentBy } from '#tests/support/deployments'
import {
  appendLog,
  createProject,
  createRun,
  createServer,
  createTenant,
  type Tenant,
} from '#tests/support/tenants'

test.group('Old logs', (group) => {
  let tenant: Tenant
  let server: Server
  let project: Project

  group.each.setup(async () => {
    tenant = await createTenant()
    server = await createServer(tenant)
    project = await createProject(tenant, server)
    return async () => {
      await PanelSettings.query().where('id', 'panel').update({ runRetentionDays: 90 })
    }
  })

  async function endedRun(days: number, values: Partial<Run> = {}): Promise<Run> {
    const finishedAt = DateTime.utc().minus({ days })
    const run = await createRun(tenant, server, { state: 'succeeded', finishedAt, ...values })
    await appendLog(run, 'first line\n')
    await appendLog(run, 'second line\n')
    await db.table('run_steps').insert({
      ...{ run_id: run.id, position: 0, name: 'build', title: 'Build', state: 'succeeded' },
      log_position: 11,
    })
    return run
  }

  async function deploymentOf(run: Run, release: Release): Promise<Deployment> {
    return deploymentBy({
      ...{ teamId: tenant.team.id, projectId: project.id, releaseId: release.id, run },
      ...{ state: 'live', createdAt: run.finishedAt! },
    })
  }

  const release = () =>
    Release.create({ teamId: tenant.team.id, projectId: project.id, state: 'good' })

  async function isThere(run: Run): Promise<boolean> {
    const stored = await Run.acrossTeams().where('id', run.id).firstOrFail()
    const chunks = await db.from('run_log_chunks').where('run_id', run.id)
    const there = stored.logRemovedAt === null
    if (chunks.length !== (there ? 2 : 0) || stored.logSize !== (there ? 23 : 0)) {
      throw new Error(`The run says ${stored.logSize} bytes and has ${chunks.length} chunks.`)
    }
    return there
  }

  test('are removed after the days that are set, and the runs stay', async ({ assert }) => {
    const [old, young] = [await endedRun(91), await endedRun(89)]
    const open = await createRun(tenant, server, { state: 'running' })
    await appendLog(open, 'line\n')
    await new RemoveOldLogs().handle()
    assert.deepEqual([await isThere(old), await isThere(young)], [false, true])
    assert.lengthOf(await db.from('run_log_chunks').where('run_id', open.id), 1)
    const activity = await Activity.acrossTeams().orderBy('sequence', 'desc').firstOrFail()
    assert.equal(activity.action, 'run_logs.removed')
    assert.equal(activity.actorKind, 'system')
    assert.deepEqual(activity.details, { logs: 1, olderThanDays: 90 })

    await new RemoveOldLogs().handle()
    const last = await Activity.acrossTeams().orderBy('sequence', 'desc').firstOrFail()
    assert.equal(last.id, activity.id, 'nothing is removed twice')

    await PanelSettings.query().where('id', 'panel').update({ runRetentionDays: 80 })
    await new RemoveOldLogs().handle()
    assert.isFalse(await isThere(young))
  })

  test('stay of what is live and of the last ten deployments of each project', async ({
    assert,
  }) => {
    const live = await release()
    const liveRun = await endedRun(400)
    await deploymentOf(liveRun, live)
    await project.merge({ liveReleaseId: live.id }).save()
    const others: Run[] = []
    for (let days = 311; days > 300; days--) {
      const run = await endedRun(days)
      await deploymentOf(run, await release())
      others.push(run)
    }
    const plain = await endedRun(400)
    await new RemoveOldLogs().handle()
    assert.isTrue(await isThere(liveRun))
    assert.isFalse(await isThere(plain))
    const kept = await Promise.all(others.map(isThere))
    assert.deepEqual(kept, [false, ...Array.from({ length: 10 }, () => true)])

    await project.merge({ liveReleaseId: null }).save()
    await new RemoveOldLogs().handle()
    assert.isFalse(await isThere(liveRun))
  })

  test('go in batches, however many there are', async ({ assert }) => {
    const runs: Run[] = []
    for (let index = 0; index < 120; index++) {
      const state = runStates[2 + (index % 5)]
      runs.push(await endedRun(100, { state }))
    }
    await new RemoveOldLogs().handle()
    for (const run of runs) assert.isFalse(await isThere(run))
  })

  test('leave pages that say so', async ({ assert, client }) => {
    const run = await endedRun(95)
    const deployment = await deploymentOf(run, await release())
    // Later ones push it out of the last ten.
    for (let days = 10; days > 0; days--) {
      await deploymentOf(await endedRun(days), await release())
    }
    await new RemoveOldLogs().handle()
    assert.isFalse(await isThere(run))
    const get = (path: string) => client.get(path).accept('html').loginAs(tenant.owner)
    const pages = [`/runs/${run.id}`, `/projects/${project.id}/deployments/${deployment.id}`]
    for (const path of pages) {
      const page = await get(path)
      page.assertStatus(200)
      assert.include(page.text(), 'The log was removed after 95 days.')
      assert.notInclude(page.text(), 'first line')
      assert.notInclude(page.text(), 'Download the log')
    }
    for (const path of ['/runs', `/projects/${project.id}/deployments`]) {
      ;(await get(path)).assertStatus(200)
    }
    const slice = await client.get(`/runs/${run.id}/log?from=0`).loginAs(tenant.owner)
    assert.deepEqual(slice.body(), { offset: 0, next: 0, size: 0, text: '' })
    ;(await get(`/runs/${run.id}/log.txt`)).assertStatus(200)
  })
})
