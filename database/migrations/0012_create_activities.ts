import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  async up() {
    /*
    | No foreign keys: what was done stays on record when the one who did it, or what it was done
    | to, is gone.
    */
    this.schema.createTable('activities', (table) => {
      table.string('id', 26).primary()
      table.bigInteger('sequence').notNullable().unique()
      table.string('team_id', 26).nullable()
      table.string('actor_kind', 16).notNullable()
      table.string('actor_id', 26).nullable()
      table.string('actor_name', 254).nullable()
      table.string('action', 64).notNullable()
      table.string('subject_type', 32).nullable()
      table.string('subject_id', 64).nullable()
      table.string('subject_name', 254).nullable()
      table.text('details', 'mediumtext').notNullable()
      table.text('run_ids').notNullable()
      table.string('address', 45).nullable()
      table.string('request_id', 64).nullable()
      table.bigInteger('created_at').notNullable()
      table.string('previous_hash', 64).notNullable()
      table.string('hash', 64).notNullable()
      table.index(['team_id', 'sequence'])
      table.index(['team_id', 'actor_kind', 'actor_id', 'sequence'])
      table.index(['subject_type', 'subject_id', 'sequence'])
      table.index(['created_at'])
    })

    /*
    | One row: how long the chain is and how it ends, and where it begins since the oldest were
    | removed by age. Whoever appends holds this row until their transaction ends.
    */
    this.schema.createTable('activity_heads', (table) => {
      table.string('id', 26).primary()
      table.bigInteger('count').notNullable()
      table.string('hash', 64).notNullable()
      table.bigInteger('pruned_count').notNullable()
      table.string('pruned_hash', 64).notNullable()
      table.string('seal', 64).nullable()
      table.text('chain_key').nullable()
    })
    this.defer(async (db) => {
      const nothing = '0'.repeat(64)
      await db.table('activity_heads').insert({
        id: 'panel',
        count: 0,
        hash: nothing,
        pruned_count: 0,
        pruned_hash: nothing,
      })
    })
  }

  async down() {
    this.schema.dropTable('activity_heads')
    this.schema.dropTable('activities')
  }
}
