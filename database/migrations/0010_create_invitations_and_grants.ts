import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('memberships', (table) => {
      /*
      | A restricted member sees only the servers and projects granted to them.
      */
      table.boolean('restricted').notNullable().defaultTo(false)
    })

    this.schema.createTable('grants', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table
        .string('membership_id', 26)
        .notNullable()
        .references('memberships.id')
        .onDelete('CASCADE')
      table.string('server_id', 26).nullable().references('servers.id').onDelete('CASCADE')
      table.string('project_id', 26).nullable().references('projects.id').onDelete('CASCADE')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['membership_id', 'server_id'])
      table.unique(['membership_id', 'project_id'])
    })

    /*
    | An invitation ends when the one who made it leaves the team.
    */
    this.schema.createTable('team_invitations', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('email', 254).notNullable()
      table.string('role', 16).notNullable()
      table.boolean('restricted').notNullable().defaultTo(false)
      table.string('token_hash', 64).notNullable().unique()
      table.string('invited_by', 26).notNullable()
      table.bigInteger('expires_at').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'email'])
      table
        .foreign(['team_id', 'invited_by'])
        .references(['team_id', 'user_id'])
        .inTable('memberships')
        .onDelete('CASCADE')
    })

    if (this.db.dialect.name === 'mysql') {
      this.schema.raw(
        'alter table team_invitations modify email varchar(254) character set utf8mb4 collate utf8mb4_bin not null'
      )
    }

    this.schema.alterTable('runs', (table) => {
      /*
      | The project a run is about, when it is about one: who may see the project may see the run.
      */
      table.string('project_id', 26).nullable().index()
    })
    this.defer(async (db) => {
      const rows = await db.from('deployments').select('run_id', 'project_id')
      for (const { run_id: id, project_id: projectId } of rows) {
        await db.from('runs').where('id', id).update({ project_id: projectId })
      }
    })
  }

  async down() {
    this.schema.alterTable('runs', (table) => {
      table.dropIndex(['project_id'])
      table.dropColumn('project_id')
    })
    this.schema.dropTable('team_invitations')
    this.schema.dropTable('grants')
    this.schema.alterTable('memberships', (table) => table.dropColumn('restricted'))
  }
}
