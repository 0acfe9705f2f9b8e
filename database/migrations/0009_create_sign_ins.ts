import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    this.schema.createTable('sign_ins', (table) => {
      table.string('id', 26).primary()
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('method', 16).notNullable()
      table.string('second_factor', 16).nullable()
      table.string('address', 45).nullable()
      table.string('user_agent', 400).nullable()
      table.bigInteger('seen_at').notNullable()

      /*
      | When the person last proved who they are, for actions that ask for it to be recent.
      */
      table.bigInteger('confirmed_at').notNullable()
      table.bigInteger('ended_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.index(['user_id', 'ended_at'])
      table.index(['user_id', 'seen_at'])
      table.index(['seen_at'])
    })

    this.schema.createTable('passkeys', (table) => {
      table.string('id', 26).primary()
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('name', 80).notNullable()

      /*
      | Credential ids may be 1,023 bytes long; their hash is what can be unique on every database.
      */
      table.string('credential_hash', 64).notNullable().unique()
      table.text('credential_id').notNullable()
      table.text('public_key').notNullable()
      table.bigInteger('counter').notNullable()
      table.text('transports').notNullable()
      table.boolean('backed_up').notNullable()
      table.bigInteger('last_used_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
    })

    this.schema.createTable('recovery_codes', (table) => {
      table.string('id', 26).primary()
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('code_hash', 64).notNullable()
      table.bigInteger('used_at').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['user_id', 'code_hash'])
    })

    this.schema.createTable('password_resets', (table) => {
      table.string('token_hash', 64).primary()
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.bigInteger('expires_at').notNullable()
      table.bigInteger('created_at').notNullable()
    })
  }

  async down() {
    for (const table of ['password_resets', 'recovery_codes', 'passkeys', 'sign_ins']) {
      this.schema.dropTable(table)
    }
  }
}
