import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { deploymentBy } from '#tests/support/deployments'
import { beforeMigration } from '#tests/support/migrations'
import { createBelongings, createRun, createTenant, placeOn } from '#tests/support/tenants'

test.group('Placements in a database that is there already', () => {
  test('are where projects were, and back again, and take nothing along', async ({ assert }) => {
    const tenant = await createTenant()
    const { project, server, jumpServer, deployment, variable, release } =
      await createBelongings(tenant)
    await placeOn(project, jumpServer, { role: 'worker' })
    const run0 = await createRun(tenant, server, { title: 'Deploy under way' })
    const active = await deploymentBy({
      ...{ teamId: tenant.team.id, projectId: project.id, releaseId: release.id },
      ...{ run: run0, state: 'active', activeProjectId: project.id },
    })
    const [{ run_id: runId }] = await db
      .from('deployment_runs')
      .where('deployment_id', deployment.id)
    const [{ app_port: port }] = await db
      .from('placements')
      .where({ project_id: project.id, server_id: server.id })

    await beforeMigration('0021_create_placements', async () => {
      const old = await db.from('projects').where('id', project.id).first()
      assert.equal(old.server_id, server.id)
      assert.equal(old.app_port, port)
      const before = await db.from('deployments').where('id', deployment.id).first()
      assert.equal(before.run_id, runId)
      await assert.rejects(() =>
        db.from('projects').where('id', project.id).update({ server_id: 'x' })
      )
    })
    const placements = await db.from('placements').where('project_id', project.id)
    assert.lengthOf(placements, 1)
    assert.containSubset(placements[0], {
      server_id: server.id,
      app_port: port,
      role: 'web',
      address: `${project.domain}:${project.listenPort}`,
      live_release_id: project.liveReleaseId,
    })
    const kept = await db.from('placement_releases').where('placement_id', placements[0].id)
    assert.isTrue(kept.some(({ release_id: id }) => id === project.liveReleaseId))
    const rows = await db.from('deployment_runs').where('deployment_id', deployment.id)
    assert.lengthOf(rows, 1)
    assert.containSubset(rows[0], { run_id: runId, server_id: server.id, state: 'live' })
    const [open] = await db.from('deployment_runs').where('deployment_id', active.id)
    assert.containSubset(open, { run_id: run0.id, state: 'running' })
    const titled = await db.from('deployments').where('id', active.id).first()
    assert.equal(titled.title, 'Deploy under way')
    assert.isNotNull(await db.from('project_variables').where('id', variable.id).first())
    assert.isNotNull(await db.from('runs').where('id', run0.id).first())
  }).timeout(60_000)
})
