import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('scripts', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('name', 80).notNullable()
      table.string('description', 200).nullable()
      table.string('interpreter', 16).notNullable()
      table.text('body', 'longtext').notNullable()
      table.text('parameters').notNullable()
      table.string('run_as', 16).notNullable()
      table.string('run_as_user', 32).nullable()
      table.integer('timeout_seconds').notNullable()
      table.boolean('asks_first').notNullable().defaultTo(false)
      table.integer('revision').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'name'])
    })

    this.schema.createTable('bulk_runs', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('script_id', 26).nullable().references('scripts.id').onDelete('SET NULL')
      table.integer('script_revision').nullable()
      table.string('kind', 16).notNullable()
      table.string('action', 32).nullable()
      table.string('title', 120).notNullable()

      /*
      | What runs, encrypted: people paste secrets into commands. Secret parameters are apart, because
      | they go when the bulk run has ended.
      */
      table.text('work', 'longtext').notNullable()
      table.text('secret_values', 'longtext').nullable()
      table.text('parameters').notNullable()
      table.string('run_as', 16).notNullable()
      table.string('run_as_user', 32).nullable()
      table.integer('timeout_seconds').notNullable()
      table.integer('concurrency').notNullable()
      table.integer('canary').notNullable()
      table.integer('wave_size').notNullable()
      table.integer('stop_after').notNullable()
      table.string('state', 16).notNullable()
      table.string('stop_reason', 16).nullable()

      /*
      | The same form sent twice is one bulk run.
      */
      table.string('request_key', 64).notNullable()
      table.bigInteger('cancel_requested_at').nullable()
      table.bigInteger('started_at').nullable()
      table.bigInteger('finished_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'request_key'])
      table.index(['team_id', 'created_at'])
      table.index(['state'])
    })

    /*
    | `run_id` is chosen beforehand; the run is there once the target's turn has come.
    */
    this.schema.createTable('bulk_run_targets', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('bulk_run_id', 26).notNullable().references('bulk_runs.id').onDelete('CASCADE')
      table.string('server_id', 26).nullable().references('servers.id').onDelete('SET NULL')
      table.string('server_name', 80).notNullable()
      table.string('run_id', 26).notNullable().unique()
      table.integer('position').notNullable()
      table.integer('wave').notNullable()
      table.string('state', 16).notNullable()
      table.integer('exit_code').nullable()
      table.string('note', 200).nullable()
      table.string('output_hash', 64).nullable()
      table.bigInteger('finished_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['bulk_run_id', 'position'])
      table.index(['bulk_run_id', 'state'])
    })
  }

  async down() {
    for (const table of ['bulk_run_targets', 'bulk_runs', 'scripts']) {
      this.schema.dropTable(table)
    }
  }
}
