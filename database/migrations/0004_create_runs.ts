import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('runs', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('kind', 32).notNullable()
      table.string('title', 160).notNullable()
      table.text('input').notNullable()
      table.string('nonce', 64).notNullable()
      table.text('compiled', 'longtext').nullable()
      table.string('state', 16).notNullable()
      table.integer('exit_code').nullable()
      table.text('results').notNullable()
      table.text('failure').nullable()
      table.integer('deadline_seconds').notNullable()
      table.string('lease_owner', 64).nullable()
      table.bigInteger('lease_until').nullable()
      table.integer('fence').notNullable().defaultTo(0)
      table.integer('attempt').notNullable().defaultTo(0)
      table.bigInteger('log_size').notNullable().defaultTo(0)

      /*
      | Where following resumes: a position of the server's log at which nothing was held back,
      | and the size the stored log had there.
      */
      table.bigInteger('remote_checkpoint').notNullable().defaultTo(0)
      table.bigInteger('log_checkpoint').notNullable().defaultTo(0)
      table.bigInteger('unreachable_since').nullable()
      table.bigInteger('cancel_requested_at').nullable()
      table.bigInteger('started_at').nullable()
      table.bigInteger('finished_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['state', 'lease_until'])
      table.index(['team_id', 'created_at'])
      table.index(['server_id', 'created_at'])
    })

    this.schema.createTable('run_log_chunks', (table) => {
      table.string('run_id', 26).notNullable().references('runs.id').onDelete('CASCADE')
      table.bigInteger('position').notNullable()
      table.specificType('bytes', 'mediumblob').notNullable()
      table.primary(['run_id', 'position'])
    })

    this.schema.createTable('run_steps', (table) => {
      table.string('run_id', 26).notNullable().references('runs.id').onDelete('CASCADE')
      table.integer('position').notNullable()
      table.string('name', 40).notNullable()
      table.string('title', 120).notNullable()
      table.string('state', 16).notNullable()
      table.bigInteger('log_position').nullable()
      table.bigInteger('started_at').nullable()
      table.bigInteger('finished_at').nullable()
      table.primary(['run_id', 'position'])
    })
  }

  async down() {
    for (const table of ['run_steps', 'run_log_chunks', 'runs']) {
      this.schema.dropTable(table)
    }
  }
}
