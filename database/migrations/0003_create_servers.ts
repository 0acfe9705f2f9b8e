import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('servers', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('name', 80).notNullable()
      table.string('host', 253).notNullable()
      table.integer('port').notNullable()
      table.string('username', 32).notNullable()
      table.string('status', 24).notNullable()
      table.text('status_message').nullable()
      table.bigInteger('status_since').notNullable()
      table.bigInteger('seen_at').nullable()
      table.text('private_key').notNullable()
      table.string('public_key', 1024).notNullable()
      table.text('offered_host_key').nullable()
      table.text('host_keys').notNullable()
      table.text('facts').nullable()
      table.bigInteger('facts_at').nullable()
      table.bigInteger('prepared_at').nullable()

      /*
      | The next local port for a process. It only rises: what a removed project left running on the
      | server may still listen on its own.
      */
      table.integer('next_app_port').notNullable().defaultTo(20000)
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'name'])
    })
  }

  async down() {
    this.schema.dropTable('servers')
  }
}
