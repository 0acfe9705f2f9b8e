import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { databaseSnapshot, emptyDatabase } from '#tests/support/database_snapshot'
import { createBelongings, createTenant } from '#tests/support/tenants'

test.group('A snapshot of the database', (group) => {
  group.each.setup(() => emptyDatabase())

  test('is the same while nothing is written, and names the table where something was', async ({
    assert,
  }) => {
    const belongings = await createBelongings(await createTenant())
    const before = await databaseSnapshot()
    assert.deepEqual(await databaseSnapshot(), before)
    const { id } = belongings.project
    const changes: Record<string, unknown>[] = [
      { name: 'Other' },
      { build_commands: null },
      { build_commands: '' },
      { health_timeout_seconds: 31 },
    ]
    let last = before
    for (const change of changes) {
      await db.from('projects').where('id', id).update(change)
      const next = await databaseSnapshot()
      const changed = Object.keys(next).filter((table) => next[table] !== last[table])
      assert.deepEqual(changed, ['projects'], JSON.stringify(change))
      last = next
    }
    await db.from('run_log_chunks').update({ bytes: Buffer.from([0, 1, 2]) })
    const bytes = await databaseSnapshot()
    assert.notEqual(bytes.run_log_chunks, last.run_log_chunks)
    await db.from('api_tokens').update({ last_used_at: 1 })
    assert.deepEqual(await databaseSnapshot(), bytes, 'what a look may write does not count')
    await db.from('project_variables').delete()
    assert.notEqual((await databaseSnapshot()).project_variables, bytes.project_variables)
  })
})
