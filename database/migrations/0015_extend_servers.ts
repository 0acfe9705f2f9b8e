import { BaseSchema } from '@adonisjs/lucid/schema'

const ADDED = [
  ...['login', 'jump_server_id', 'group_id'],
  ...['next_private_key', 'next_public_key', 'next_login'],
  ...['boot_id', 'next_check_at', 'check_asked', 'check_failures', 'check_claim'],
  ...['os_name', 'load_centi', 'load_permille', 'memory_permille', 'disk_permille'],
  ...['reboot_required', 'pending_updates'],
]

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('servers', (table) => {
      table.string('login', 12).notNullable().defaultTo('generated')
      table.string('jump_server_id', 26).nullable().index()
      table.string('group_id', 26).nullable()

      /*
      | The credential that takes the place of the present one once it has let Muster in.
      */
      table.text('next_private_key').nullable()
      table.string('next_public_key', 1024).nullable()
      table.string('next_login', 12).nullable()

      table.string('boot_id', 36).nullable()
      table.bigInteger('next_check_at').nullable().index()
      table.boolean('check_asked').notNullable().defaultTo(false)
      table.integer('check_failures').notNullable().defaultTo(0)
      table.string('check_claim', 26).nullable().index()

      /*
      | Of the facts, what the list shows and sorts by.
      */
      table.string('os_name', 200).nullable()
      table.integer('load_centi').nullable()
      table.integer('load_permille').nullable()
      table.integer('memory_permille').nullable()
      table.integer('disk_permille').nullable()
      table.boolean('reboot_required').notNullable().defaultTo(false)
      table.integer('pending_updates').nullable()

      table.index(['team_id', 'status'])
      table.index(['team_id', 'group_id'])
    })

    this.schema.createTable('server_groups', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('name', 60).notNullable()
      table.string('colour', 12).notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'name'])
    })

    this.schema.createTable('tags', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('name', 40).notNullable()
      table.string('colour', 12).notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'name'])
    })

    this.schema.createTable('server_tags', (table) => {
      table.string('server_id', 26).notNullable().references('servers.id').onDelete('CASCADE')
      table.string('tag_id', 26).notNullable().references('tags.id').onDelete('CASCADE').index()
      table.primary(['server_id', 'tag_id'])
    })

    this.schema.createTable('server_filters', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('name', 60).notNullable()
      table.text('query').notNullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['team_id', 'name'])
    })

    /*
    | Servers that are there already are looked at soon.
    */
    this.defer(async (db) => {
      await db
        .from('servers')
        .whereNull('offered_host_key')
        .whereNot('status', 'host_key_changed')
        .update({ next_check_at: 0 })
    })
  }

  async down() {
    this.schema.dropTable('server_filters')
    this.schema.dropTable('server_tags')
    this.schema.dropTable('tags')
    this.schema.dropTable('server_groups')
    this.schema.alterTable('servers', (table) => {
      table.dropIndex(['team_id', 'status'])
      table.dropIndex(['team_id', 'group_id'])
      table.dropIndex(['jump_server_id'])
      table.dropIndex(['next_check_at'])
      table.dropIndex(['check_claim'])
    })

    /*
    | One by one: the query builder would make the table anew on SQLite, and take along what refers
    | to it.
    */
    this.defer(async (db) => {
      for (const column of ADDED) {
        await db.rawQuery('alter table servers drop column ??', [column])
      }
    })
  }
}
