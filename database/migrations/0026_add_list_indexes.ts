import { BaseSchema } from '@adonisjs/lucid/schema'

/**
 * Every request looks for a person's teams, and the list of projects is in the order of their names.
 */
export default class extends BaseSchema {
  async up() {
    if (this.#needsMemberships) {
      this.schema.alterTable('memberships', (table) => table.index(['user_id']))
    }
    this.schema.alterTable('projects', (table) => table.index(['team_id', 'name', 'id']))
  }

  async down() {
    this.schema.alterTable('projects', (table) => table.dropIndex(['team_id', 'name', 'id']))
    if (this.#needsMemberships) {
      this.schema.alterTable('memberships', (table) => table.dropIndex(['user_id']))
    }
  }

  /** MySQL has that one already, for the foreign key, and would not let go of it again. */
  get #needsMemberships() {
    return this.db.dialect.name !== 'mysql'
  }
}
