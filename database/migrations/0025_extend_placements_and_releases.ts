import { BaseSchema } from '@adonisjs/lucid/schema'
import type { QueryClientContract } from '@adonisjs/lucid/types/database'

/**
 * What was decided about a site that was edited by hand belongs to the server it is on, and a
 * release knows the branch or tag that it was made of.
 */
export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('placements', (table) => {
      table.text('edited_site').nullable()
    })
    this.schema.alterTable('releases', (table) => {
      /* Null for those that were made before anybody wrote it down. */
      table.string('branch', 200).nullable()
    })
    this.defer(async (db) => {
      for (const { id, edited_site: decided } of await decidedIn(db, 'projects', 'id')) {
        const placements = db.from('placements').where({ project_id: id, role: 'web' })
        await placements.update({ edited_site: decided })
      }
      await drop(db, 'projects', 'edited_site')
    })
  }

  async down() {
    this.schema.alterTable('projects', (table) => {
      table.text('edited_site').nullable()
    })
    this.defer(async (db) => {
      for (const { id, edited_site: decided } of await decidedIn(db, 'placements', 'project_id')) {
        await db.from('projects').where('id', id).update({ edited_site: decided })
      }
      await drop(db, 'placements', 'edited_site')
      await drop(db, 'releases', 'branch')
    })
  }
}

function decidedIn(
  db: QueryClientContract,
  table: string,
  projectId: string
): Promise<{ id: string; edited_site: string }[]> {
  return db.from(table).whereNotNull('edited_site').select(`${projectId} as id`, 'edited_site')
}

/** By hand, because the query builder would make the table anew, and other tables refer to it. */
function drop(db: QueryClientContract, table: string, column: string) {
  return db.rawQuery('alter table ?? drop column ??', [table, column])
}
