import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import Placement from '#app/projects/models/placement'
import { beforeMigration } from '#tests/support/migrations'
import { createBelongings, createTenant, placeOn } from '#tests/support/tenants'

const ADDED = ['processes_from', 'php_version', 'health_codes', 'edited_site']

test.group('Processes in a database that is there already', () => {
  test('come and go, and nothing goes with them', async ({ assert }) => {
    const { project, deployment, release, variable } = await createBelongings(await createTenant())
    await project.merge({ phpVersion: '8.2', healthCodes: '204', processesFrom: 'procfile' }).save()
    await db.from('deployments').where('id', deployment.id).update({ migrations: 'ran' })
    const row = (table: string, id: string) => db.from(table).where('id', id).first()

    await beforeMigration('0020_create_project_processes', async () => {
      assert.notInclude(await db.connection().getAllTables(), 'project_processes')
      const old = await row('projects', project.id)
      assert.equal(old.name, project.name)
      for (const column of ADDED) assert.notProperty(old, column)
      assert.notProperty(await row('releases', release.id), 'settings')
      assert.notProperty(await row('deployments', deployment.id), 'migrations')
      assert.exists(await row('project_variables', variable.id))
    })
    assert.containSubset(await row('projects', project.id), {
      ...{ name: project.name, processes_from: 'form', php_version: null },
      ...{ php_files: 'front', php_workers: 8, health_codes: '200-399' },
    })
    assert.containSubset(await row('releases', release.id), { state: 'good', settings: null })
    assert.containSubset(await row('deployments', deployment.id), {
      ...{ state: 'live', migrations: null },
    })
    assert.exists(await row('project_variables', variable.id))
    assert.isEmpty(await db.from('project_processes'))
  }).timeout(60_000)

  test('were decided about per project, and are per server', async ({ assert }) => {
    const { project, jumpServer, release } = await createBelongings(await createTenant())
    const decided = { act: 'keep' as const, checksum: 'a'.repeat(64) }
    const worker = await placeOn(project, jumpServer, { role: 'worker' })
    await db
      .from('placements')
      .where({ project_id: project.id, role: 'web' })
      .update({ edited_site: JSON.stringify(decided) })
    await db.from('releases').where('id', release.id).update({ branch: 'main' })

    await beforeMigration('0025_extend_placements_and_releases', async () => {
      const old = await db.from('projects').where('id', project.id).first()
      assert.deepEqual(JSON.parse(old.edited_site), decided)
      assert.notProperty(await db.from('placements').first(), 'edited_site')
      assert.notProperty(await db.from('releases').first(), 'branch')
    })
    assert.notProperty(await db.from('projects').first(), 'edited_site')
    const placements = await Placement.acrossTeams().where('project_id', project.id)
    for (const { id, editedSite } of placements) {
      assert.deepEqual(editedSite, id === worker.id ? null : decided)
    }
  }).timeout(60_000)
})
