import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('users', (table) => {
      table.string('id', 26).primary()
      table.string('email', 254).notNullable().unique()
      table.string('full_name', 120).notNullable()
      table.string('password', 255).notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('teams', (table) => {
      table.string('id', 26).primary()
      table.string('name', 80).notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('memberships', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('role', 16).notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'user_id'])
    })

    this.schema.createTable('setup_tokens', (table) => {
      table.string('token_hash', 64).primary()
      table.bigInteger('created_at').notNullable()
    })
  }

  async down() {
    for (const table of ['setup_tokens', 'memberships', 'teams', 'users']) {
      this.schema.dropTable(table)
    }
  }
}
