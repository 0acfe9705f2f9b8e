import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    /*
    | Key pairs of a team, which servers can share as the key that Muster logs in with.
    */
    this.schema.createTable('ssh_keys', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('name', 80).notNullable()
      table.string('type', 40).notNullable()
      table.integer('bits').notNullable()
      table.text('public_key').notNullable()
      table.string('fingerprint', 64).notNullable()

      /*
      | Null once another pair has taken its place everywhere.
      */
      table.text('private_key').nullable()
      table.string('origin', 12).notNullable()
      table.string('rotated_from_id', 26).nullable()
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.bigInteger('expires_at').nullable()

      /*
      | Which warning of the expiry was given: 0 none, then 1 to 3.
      */
      table.integer('warned').notNullable().defaultTo(0)
      table.bigInteger('retired_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'fingerprint'])
    })

    /*
    | Keys of people, whose private part the panel never sees.
    */
    this.schema.createTable('public_keys', (table) => {
      table.string('id', 26).primary()
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('name', 80).notNullable()
      table.string('type', 40).notNullable()
      table.integer('bits').notNullable()
      table.text('public_key').notNullable()
      table.string('fingerprint', 64).notNullable()
      table.bigInteger('expires_at').nullable()
      table.integer('warned').notNullable().defaultTo(0)
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['user_id', 'fingerprint'])
    })

    /*
    | Where a key is, or should be. The key is repeated, so that it can be removed from the server
    | when its own row, or the person, is gone.
    */
    this.schema.createTable('key_installations', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')
      table.string('unix_user', 32).notNullable()
      table.string('fingerprint', 64).notNullable()
      table.text('public_key').notNullable()
      table.string('name', 80).notNullable()
      table.string('ssh_key_id', 26).nullable().references('ssh_keys.id').onDelete('SET NULL')
      table.string('public_key_id', 26).nullable().references('public_keys.id').onDelete('SET NULL')
      table.string('owner_id', 26).nullable().references('users.id').onDelete('SET NULL')
      table.string('owner_name', 120).nullable()
      table.string('state', 12).notNullable()
      table.text('message').nullable()
      table.string('run_id', 26).nullable().references('runs.id').onDelete('SET NULL')
      table.boolean('removed_on_expiry').notNullable().defaultTo(false)
      table.bigInteger('installed_at').nullable()
      table.bigInteger('removed_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['server_id', 'unix_user', 'fingerprint'])
      table.index(['team_id', 'state'])
    })

    /*
    | A change of the key that Muster logs in with, on one server or several. Without a pair of the
    | team, the new key is the server's own and waits here until the server has it.
    */
    this.schema.createTable('key_rotations', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('from_key_id', 26).nullable().references('ssh_keys.id').onDelete('SET NULL')
      table.string('to_key_id', 26).nullable().references('ssh_keys.id').onDelete('CASCADE')
      table.text('public_key').notNullable()
      table.text('private_key').nullable()
      table.string('created_by', 26).nullable().references('users.id').onDelete('SET NULL')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['team_id', 'created_at'])
    })

    this.schema.createTable('key_rotation_servers', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table
        .string('rotation_id', 26)
        .notNullable()
        .references('key_rotations.id')
        .onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')

      /*
      | The server while its login is being changed: at most one rotation at a time does that.
      */
      table.string('active_server_id', 26).nullable().unique()
      table.string('state', 12).notNullable().index()
      table.text('message').nullable()
      table.text('old_public_key').notNullable()
      table.string('run_id', 26).nullable().references('runs.id').onDelete('SET NULL')
      table.bigInteger('stored_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['rotation_id', 'server_id'])
    })

    /*
    | The keys that a server was last seen to let in as a user.
    */
    this.schema.createTable('key_sightings', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')
      table.string('unix_user', 32).notNullable()
      table.text('found', 'mediumtext').notNullable()
      table.bigInteger('seen_at').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['server_id', 'unix_user'])
    })

    this.schema.alterTable('servers', (table) => {
      /*
      | The team's key pair that the server's login key is a copy of, when it is one.
      */
      table.string('ssh_key_id', 26).nullable().index()
    })
  }

  async down() {
    this.schema.alterTable('servers', (table) => table.dropIndex(['ssh_key_id']))
    /*
    | By hand, because the query builder would make the table anew, and other tables refer to it.
    */
    this.schema.raw('alter table servers drop column ssh_key_id')
    for (const table of [
      ...['key_sightings', 'key_rotation_servers', 'key_rotations'],
      ...['key_installations', 'public_keys', 'ssh_keys'],
    ]) {
      this.schema.dropTable(table)
    }
  }
}
