import { BaseSchema } from '@adonisjs/lucid/schema'

/** What a project gained: where its processes come from, php, hooks, shared paths, its health check. */
const ADDED = [
  ...['processes_from', 'php_version', 'php_files', 'php_workers', 'before_switch', 'after_switch'],
  ...['shared_directories', 'shared_files', 'health_codes', 'health_text'],
  ...['health_answer_seconds', 'edited_site'],
]

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('project_processes', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('project_id', 26).notNullable().references('projects.id').onDelete('CASCADE')
      table.string('name', 24).notNullable()
      table.text('command').nullable()
      table.integer('instances').notNullable()
      table.integer('memory_megabytes').nullable()
      table.integer('cpu_percent').nullable()
      table.string('restart', 16).notNullable()
      table.integer('grace_seconds').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['project_id', 'name'])
    })

    this.schema.alterTable('projects', (table) => {
      table.string('processes_from', 16).notNullable().defaultTo('form')
      table.string('php_version', 8).nullable()
      table.string('php_files', 16).notNullable().defaultTo('front')
      table.integer('php_workers').notNullable().defaultTo(8)
      table.text('before_switch').nullable()
      table.text('after_switch').nullable()
      table.text('shared_directories').nullable()
      table.text('shared_files').nullable()
      table.string('health_codes', 80).notNullable().defaultTo('200-399')
      table.string('health_text', 200).nullable()
      table.integer('health_answer_seconds').notNullable().defaultTo(10)
      table.text('edited_site').nullable()
    })

    this.schema.alterTable('releases', (table) => {
      table.text('settings').nullable()
    })

    this.schema.alterTable('deployments', (table) => {
      table.string('migrations', 16).nullable()
    })
  }

  async down() {
    /*
    | By hand, because the query builder would make tables anew, and other tables refer to them.
    */
    this.defer(async (db) => {
      await db.rawQuery('alter table ?? drop column ??', ['deployments', 'migrations'])
      await db.rawQuery('alter table ?? drop column ??', ['releases', 'settings'])
      for (const column of ADDED) {
        await db.rawQuery('alter table ?? drop column ??', ['projects', column])
      }
    })
    this.schema.dropTable('project_processes')
  }
}
