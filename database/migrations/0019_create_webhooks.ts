import { BaseSchema } from '@adonisjs/lucid/schema'

/** What `up` adds to tables that others refer to. */
const ADDED = [
  ['projects', 'deadline_minutes'],
  ['projects', 'queue_policy'],
  ['deployments', 'reason'],
  ['deployments', 'caused_by'],
  ['deployments', 'cause'],
  ['deployments', 'title'],
] as const

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('projects', (table) => {
      /* What becomes of deployments that wait when a newer one is asked for. */
      table.string('queue_policy', 8).notNullable().defaultTo('latest')
      table.integer('deadline_minutes').notNullable().defaultTo(60)
    })

    this.schema.alterTable('deployments', (table) => {
      table.string('title', 160).notNullable().defaultTo('')
      table.string('cause', 16).notNullable().defaultTo('person')
      table.string('caused_by', 120).nullable()
      table.string('reason', 200).nullable()
      table.index(['project_id', 'state'])
    })

    /* A deployment that waits has no run yet. */
    this.schema.alterTable('deployments', (table) => {
      table.setNullable('run_id')
    })
    this.defer(async (client) => {
      await client.rawQuery(
        'update deployments set title = (select runs.title from runs where runs.id = deployments.run_id)'
      )
    })

    this.schema.createTable('webhooks', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('project_id', 26).notNullable().references('projects.id').onDelete('CASCADE')
      table.string('provider', 16).notNullable()
      table.text('secret').notNullable()

      /* The latest call whose signature did not fit. */
      table.bigInteger('refused_at').nullable()
      table.string('refused_address', 45).nullable()
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['project_id'])
    })

    this.schema.createTable('webhook_deliveries', (table) => {
      table.string('id', 26).primary()
      table.string('team_id', 26).notNullable().references('teams.id').onDelete('CASCADE')
      table.string('webhook_id', 26).notNullable().references('webhooks.id').onDelete('CASCADE')
      table.string('deployment_id', 26).nullable().references('deployments.id').onDelete('SET NULL')

      table.string('delivery_id', 100).notNullable()
      table.string('event', 60).notNullable()
      table.string('ref', 255).nullable()
      table.string('commit', 64).nullable()
      table.string('pusher', 120).nullable()
      table.string('subject', 200).nullable()
      table.string('outcome', 16).notNullable()
      table.string('reason', 32).nullable()
      table.integer('repeats').notNullable().defaultTo(0)
      table.bigInteger('created_at').notNullable()
      table.bigInteger('updated_at').notNullable()
      table.unique(['webhook_id', 'delivery_id'])
    })

    /*
    | Hashes of all that was ever signed: it counts once, however long ago.
    */
    this.schema.createTable('webhook_contents', (table) => {
      table.string('webhook_id', 26).notNullable().references('webhooks.id').onDelete('CASCADE')
      table.string('content_hash', 64).notNullable()
      table.string('delivery_id', 100).notNullable()
      table.bigInteger('created_at').notNullable()
      table.primary(['webhook_id', 'content_hash'])
    })
  }

  async down() {
    this.schema.dropTable('webhook_contents')
    this.schema.dropTable('webhook_deliveries')
    this.schema.dropTable('webhooks')
    this.defer(async (db) => {
      await db.from('deployments').whereNull('run_id').delete()
    })
    this.schema.alterTable('deployments', (table) => {
      table.dropNullable('run_id')
      table.dropIndex(['project_id', 'state'])
    })
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
