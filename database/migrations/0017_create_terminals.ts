import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('terminals', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')

      /*
      | Server and person may be removed while a terminal is open; how it ended is on record all the same.
      */
      table.string('server_id', 26).nullable().references('servers.id').onDelete('SET NULL')
      table.string('server_name', 80).notNullable()
      table.string('user_id', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('user_name', 254).notNullable()
      table.string('sign_in_id', 26).notNullable()

      /*
      | The process of the panel that holds the shell, and until when it surely lives.
      */
      table.string('process_id', 26).notNullable()
      table.bigInteger('leased_until').notNullable()
      table.bigInteger('ended_at').nullable()
      table.string('reason', 24).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['ended_at', 'leased_until'])
      table.index(['process_id', 'ended_at'])
    })

    this.schema.createTable('terminal_tickets', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('sign_in_id', 26).notNullable()

      /*
      | The terminal to come back to; null for a new one.
      */
      table.string('terminal_id', 26).nullable().references('terminals.id').onDelete('CASCADE')
      table.string('ticket_hash', 64).notNullable().unique()
      table.bigInteger('expires_at').notNullable().index()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['sign_in_id'])
    })
  }

  async down() {
    this.schema.dropTable('terminal_tickets')
    this.schema.dropTable('terminals')
  }
}
