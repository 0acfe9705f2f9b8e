import { BaseSchema } from '@adonisjs/lucid/schema'
import type { QueryClientContract } from '@adonisjs/lucid/types/database'

interface Chunk {
  run_id: string
  position: number
  bytes: Buffer
}

/** What `up` adds to tables that others refer to. */
const ADDED = [
  ['run_log_chunks', 'lines'],
  ['run_steps', 'failed_command'],
  ['runs', 'proven_gone_at'],
  ['runs', 'log_truncated'],
  ['runs', 'outcome'],
] as const

export default class extends BaseSchema {
  async up() {
    this.schema.alterTable('runs', (table) => {
      /* What the script called its end, once it got so far. */
      table.string('outcome', 40).nullable()
      table.boolean('log_truncated').notNullable().defaultTo(false)

      /* When its server said that no process of it is left. */
      table.bigInteger('proven_gone_at').nullable()
      table.index(['team_id', 'state', 'created_at'])
      table.index(['team_id', 'created_by'])
      table.index(['log_removed_at', 'finished_at'])
    })

    this.schema.alterTable('run_steps', (table) => {
      /* Which of the step's commands failed, from 0. */
      table.integer('failed_command').nullable()
    })

    this.schema.alterTable('run_log_chunks', (table) => {
      /* How many lines end in the chunk. */
      table.integer('lines').notNullable().defaultTo(0)
      table.index(['run_id', 'position', 'lines'])
    })
    this.defer((client) => this.#countLines(client))
  }

  async #countLines(client: QueryClientContract) {
    for (let after: { run_id: string; position: number } | null = null; ;) {
      const rows: Chunk[] = await client
        .from('run_log_chunks')
        .select('run_id', 'position', 'bytes')
        .if(after, (query) =>
          query
            .where('run_id', '>', after!.run_id)
            .orWhere((same) =>
              same.where('run_id', after!.run_id).where('position', '>', after!.position)
            )
        )
        .orderBy('run_id')
        .orderBy('position')
        .limit(20)
      if (rows.length === 0) return
      for (const { bytes, ...chunk } of rows) {
        const lines = Buffer.from(bytes).toString('latin1').split('\n').length - 1
        await client.from('run_log_chunks').where(chunk).update({ lines })
        after = chunk
      }
    }
  }

  async down() {
    this.schema.alterTable('run_log_chunks', (table) => {
      table.dropIndex(['run_id', 'position', 'lines'])
    })
    this.schema.alterTable('runs', (table) => {
      table.dropIndex(['log_removed_at', 'finished_at'])
      table.dropIndex(['team_id', 'created_by'])
      table.dropIndex(['team_id', 'state', 'created_at'])
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
