import { BaseSchema } from '@adonisjs/lucid/schema'

/** What `up` adds to tables that others refer to. */
const ADDED = [
  ['users', 'mailed_deployments'],
  ['deployments', 'critical'],
] as const

export default class extends BaseSchema {
  async up() {
    /* What people are told by mail: a row each, written with what it tells of. */
    this.schema.createTable('notifications', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('user_id', 26).notNullable().references('users.id').onDelete('CASCADE')
      table.string('subject_type', 32).notNullable()
      table.string('subject_id', 26).notNullable()
      /* What happened to it. */
      table.string('event', 40).notNullable()
      /* What people have to be allowed to do to be told. */
      table.string('ability', 40).notNullable()
      table.string('title', 200).notNullable()
      table.text('paragraphs', 'mediumtext').notNullable()
      table.string('link_label', 60).notNullable()
      table.string('link_path', 255).notNullable()

      table.string('state', 8).notNullable()
      table.integer('attempts').notNullable().defaultTo(0)
      /* When it is tried next; while it is tried, when another process may. */
      table.bigInteger('due_at').notNullable()
      /* Why the last attempt did not go through. */
      table.text('failure').nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['subject_type', 'subject_id', 'event', 'user_id'])
      table.index(['state', 'due_at'])
    })

    this.schema.alterTable('users', (table) => {
      /* Of which deployments that fail the person is told by mail. */
      table.string('mailed_deployments', 8).notNullable().defaultTo('failed')
    })
    this.schema.alterTable('deployments', (table) => {
      /* Visitors may get no good answer since it ended. */
      table.boolean('critical').notNullable().defaultTo(false)
      table.index(['critical', 'team_id'])
    })
  }

  async down() {
    this.schema.dropTable('notifications')
    this.schema.alterTable('deployments', (table) => table.dropIndex(['critical', 'team_id']))
    /*
    | By hand, because the query builder would make tables anew, and other tables refer to them.
    */
    this.defer(async (db) => {
      for (const [table, column] of ADDED) {
        await db.rawQuery('alter table ?? drop column ??', [table, column])
      }
    })
  }
}
