import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('releases', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('project_id', 26).notNullable().references('projects.id').onDelete('CASCADE')
      table.string('state', 16).notNullable()
      table.string('commit', 64).nullable()
      table.string('commit_subject', 200).nullable()
      table.string('commit_author', 120).nullable()
      table.string('runtime', 16).nullable()
      table.string('public_directory', 200).nullable()
      table.bigInteger('live_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['project_id', 'created_at'])
    })

    this.schema.createTable('deployments', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('project_id', 26).notNullable().references('projects.id').onDelete('CASCADE')
      table.string('release_id', 26).notNullable().references('releases.id').onDelete('CASCADE')
      table.string('run_id', 26).notNullable().references('runs.id').onDelete('CASCADE')
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('kind', 16).notNullable()
      table.string('state', 16).notNullable()

      /*
      | Holds the project's id while the deployment is active and is null afterwards: the unique
      | index allows one active deployment of a project on every database.
      */
      table.string('active_project_id', 26).nullable().unique()
      table.bigInteger('finished_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['project_id', 'created_at'])
    })
  }

  async down() {
    this.schema.dropTable('deployments')
    this.schema.dropTable('releases')
  }
}
