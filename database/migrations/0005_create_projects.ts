import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('git_hosts', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('host', 253).notNullable()
      table.integer('port').notNullable()
      table.text('host_keys').notNullable()
      table.string('confirmed_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'host', 'port'])
    })

    this.schema.createTable('projects', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id')
      table.string('name', 80).notNullable()
      table.string('slug', 24).notNullable()
      table.string('repository_url', 512).notNullable()
      table.string('branch', 200).notNullable()
      table.string('runtime', 16).notNullable()
      table.text('build_commands').nullable()
      table.text('start_command').nullable()
      table.string('public_directory', 200).nullable()
      table.string('domain', 253).notNullable()
      table.integer('listen_port').notNullable()
      table.integer('app_port').notNullable()
      table.string('health_path', 200).notNullable()
      table.integer('health_timeout_seconds').notNullable()
      table.integer('keep_releases').notNullable()
      table.text('deploy_key').nullable()
      table.string('deploy_public_key', 1024).nullable()
      table.string('live_release_id', 26).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'slug'])
      table.unique(['server_id', 'app_port'])
      table.unique(['server_id', 'domain', 'listen_port'])
    })

    this.schema.createTable('project_variables', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('project_id', 26).notNullable().references('projects.id').onDelete('CASCADE')
      table.string('key', 128).notNullable()
      table.text('value').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['project_id', 'key'])
    })
  }

  async down() {
    for (const table of ['project_variables', 'projects', 'git_hosts']) {
      this.schema.dropTable(table)
    }
  }
}
