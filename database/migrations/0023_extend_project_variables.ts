import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('project_variables', (table) => {
      /* Whether its value is never shown again. All are encrypted. */
      table.boolean('is_secret').notNullable().defaultTo(true)
    })
  }

  async down() {
    this.defer(async (db) => {
      await db.rawQuery('alter table project_variables drop column is_secret')
    })
  }
}
