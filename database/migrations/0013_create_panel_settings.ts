import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    /*
    | One row.
    */
    this.schema.createTable('panel_settings', (table) => {
      table.string('id', 26).primary()
      table.string('base_url', 255).nullable()
      table.boolean('sign_up').notNullable().defaultTo(false)
      table.string('smtp_host', 253).nullable()
      table.integer('smtp_port').nullable()
      table.string('smtp_security', 8).nullable()
      table.string('smtp_username', 254).nullable()
      table.text('smtp_password').nullable()
      table.string('mail_from', 254).nullable()
      table.text('egress_allowed').nullable()
      table.integer('run_retention_days').notNullable().defaultTo(90)
      table.integer('activity_retention_days').notNullable().defaultTo(730)
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })
    this.defer(async (db) => {
      const now = Date.now()
      await db.table('panel_settings').insert({ id: 'panel', created_at: now, updated_at: now })
    })

    this.schema.alterTable('runs', (table) => {
      /*
      | When the stored log was removed because of its age.
      */
      table.bigInteger('log_removed_at').nullable()
    })

    /*
    | One row for each process of the panel, written while it lives.
    */
    this.schema.createTable('heartbeats', (table) => {
      table.string('id', 26).primary()
      table.string('host', 253).notNullable()
      table.integer('pid').notNullable()
      table.string('roles', 64).notNullable()
      table.text('gauges').notNullable()
      table.bigInteger('started_at').notNullable()
      table.bigInteger('beat_at').notNullable().index()
    })
  }

  async down() {
    this.schema.dropTable('heartbeats')
    this.schema.alterTable('runs', (table) => table.dropColumn('log_removed_at'))
    this.schema.dropTable('panel_settings')
  }
}
