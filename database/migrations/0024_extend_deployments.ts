import { BaseSchema } from '@adonisjs/lucid/schema'

const ADDED = ['answer_status', 'answer_ms', 'answered_at'] as const

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('placements', (table) => {
      /* How the site answered through nginx when a release was last made live there. */
      table.integer('answer_status').nullable()
      table.integer('answer_ms').nullable()
      table.bigInteger('answered_at').nullable()
    })

    /* The history of a project and its latest deployment are read by its id, in this order. */
    this.schema.alterTable('deployments', (table) => {
      table.index(['project_id', 'id'])
    })
  }

  async down() {
    this.schema.alterTable('deployments', (table) => {
      table.dropIndex(['project_id', 'id'])
    })
    this.defer(async (db) => {
      for (const column of ADDED) {
        await db.rawQuery('alter table ?? drop column ??', ['placements', column])
      }
    })
  }
}
