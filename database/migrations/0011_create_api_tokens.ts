import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('api_tokens', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('project_id', 26).nullable().references('projects.id').onDelete('CASCADE')
      table.string('name', 80).notNullable()
      table.string('token_hash', 64).notNullable().unique()

      /*
      | The last four characters, so that people can tell their tokens apart.
      */
      table.string('ending', 4).notNullable()
      table.text('abilities').notNullable()
      table.bigInteger('expires_at').nullable()
      table.bigInteger('last_used_at').nullable()
      table.string('last_used_address', 45).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['team_id', 'user_id'])

      /*
      | A token ends with its maker's place in the team.
      */
      table
        .foreign(['team_id', 'user_id'])
        .references(['team_id', 'user_id'])
        .inTable('memberships')
        .onDelete('CASCADE')
    })
  }

  async down() {
    this.schema.dropTable('api_tokens')
  }
}
