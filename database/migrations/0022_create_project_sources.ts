import { BaseSchema } from '@adonisjs/lucid/schema'

/** What `up` adds to the projects, which others refer to. */
const ADDED = ['ref_kind', 'source_directory', 'access_user', 'access_token'] as const

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('projects', (table) => {
      /* Whether `branch` names a branch or a tag. */
      table.string('ref_kind', 8).notNullable().defaultTo('branch')
      table.string('source_directory', 200).nullable()
      table.string('access_user', 100).nullable()
      table.text('access_token').nullable()
    })

    this.schema.createTable('project_drafts', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('repository_url', 512).notNullable()
      table.string('ref_kind', 8).notNullable()
      table.string('branch', 200).notNullable()
      table.string('source_directory', 200).nullable()
      table.string('access_user', 100).nullable()
      table.text('access_token').nullable()
      table.text('deploy_key').nullable()
      table.string('deploy_public_key', 1024).nullable()
      table.string('reading_run_id', 26).nullable().references('runs.id').onDelete('SET NULL')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['team_id', 'created_at'])
    })

    this.schema.createTable('project_templates', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('name', 80).notNullable()
      table.text('settings').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'name'])
    })

    this.schema.createTable('deployment_plans', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table
        .string('deployment_id', 26)
        .notNullable()
        .unique()
        .references('deployments.id')
        .onDelete('CASCADE')
      table.text('steps', 'mediumtext').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })
  }

  async down() {
    for (const table of ['deployment_plans', 'project_templates', 'project_drafts']) {
      this.schema.dropTable(table)
    }
    /*
    | By hand, because the query builder would make the table anew, and others refer to it.
    */
    this.defer(async (db) => {
      for (const column of ADDED) {
        await db.rawQuery('alter table ?? drop column ??', ['projects', column])
      }
    })
  }
}
