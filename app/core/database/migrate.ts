import type { ApplicationService } from '@adonisjs/core/types'
import type { Database } from '@adonisjs/lucid/database'

/** How long a process waits for another that migrates the same database, in seconds. */
const PATIENCE_SECONDS = 60

/**
 * Brings the database up to date. Of the processes that start at once on MySQL one migrates and the
 * others wait for it. The lock is our own, on a connection that is kept for it: Lucid's is given
 * back on whichever connection is free, and fails a process that did not get it.
 *
 * @throws what a migration raised, or that another process holds the lock for a minute
 */
export async function migrate(app: ApplicationService, db: Database): Promise<void> {
  if (db.connection().dialect.name !== 'mysql') return runMigrations(app, db)
  await db.transaction(async (holder) => {
    const name = `muster-migrations-${app.config.get('database.connections.mysql.connection.database')}`
    const [[row]] = await holder.rawQuery('select get_lock(left(?, 64), ?) as taken', [
      name,
      PATIENCE_SECONDS,
    ])
    if (row.taken !== 1) {
      throw new Error('Another process has been migrating this database for a minute.')
    }
    try {
      await runMigrations(app, db)
    } finally {
      await holder.rawQuery('select release_lock(left(?, 64))', [name])
    }
  })
}

async function runMigrations(app: ApplicationService, db: Database): Promise<void> {
  const { MigrationRunner } = await import('@adonisjs/lucid/migration')
  const migrator = new MigrationRunner(db, app, { direction: 'up', disableLocks: true })
  await migrator.run()
  if (migrator.error) throw migrator.error
}
