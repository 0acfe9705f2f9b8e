import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { MigrationRunner } from '@adonisjs/lucid/migration'

/**
 * Takes the database back to before a migration, and has `look` see it there; afterwards every
 * migration is applied again.
 *
 * @param name such as `0020_create_project_processes`
 */
export async function beforeMigration(name: string, look: () => Promise<void>): Promise<void> {
  const applied: { name: string }[] = await db.from('adonis_schema').select('name')
  const from = `database/migrations/${name}`
  const step = applied.filter((each) => each.name >= from).length
  await run({ direction: 'down', batch: 0, step })
  try {
    await look()
  } finally {
    await run({ direction: 'up' })
  }
}

async function run(
  options: { direction: 'up' } | { direction: 'down'; batch: number; step: number }
) {
  const migrator = new MigrationRunner(db, app, { ...options, disableLocks: true })
  await migrator.run()
  if (migrator.error) throw migrator.error
}
