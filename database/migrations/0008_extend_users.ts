import { BaseSchema } from '@adonisjs/lucid/schema'

const ADDED = [
  'administrator',
  'time_zone',
  'theme',
  'totp_secret',
  'totp_confirmed_at',
  'totp_last_step',
  'deactivated_at',
]

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('users', (table) => {
      table.boolean('administrator').notNullable().defaultTo(false)
      table.string('time_zone', 64).nullable()
      table.string('theme', 8).notNullable().defaultTo('system')
      table.text('totp_secret').nullable()
      table.bigInteger('totp_confirmed_at').nullable()

      /*
      | The last 30 second step whose code was accepted: a code counts once.
      */
      table.bigInteger('totp_last_step').nullable()
      table.bigInteger('deactivated_at').nullable()
    })

    /*
    | MySQL takes addresses for equal that differ in accents; each of them is someone else's.
    */
    if (this.db.dialect.name === 'mysql') {
      this.schema.raw(
        'alter table users modify email varchar(254) character set utf8mb4 collate utf8mb4_bin not null'
      )
    }

    /*
    | Whoever claimed the panel before there were administrators becomes the first one.
    */
    this.defer(async (db) => {
      const first = await db.from('users').orderBy('created_at').orderBy('id').select('id').first()
      if (first) await db.from('users').where('id', first.id).update({ administrator: true })
    })
  }

  async down() {
    this.schema.alterTable('users', (table) => table.dropColumns(...ADDED))
  }
}
