import db from '@adonisjs/lucid/services/db'
import type { ChainedRow } from '#app/activity/chain'

/** A row of the chain together with its hash. */
export type StoredRow = ChainedRow & { hash: string }

/** How many rows are read at once. */
const BATCH = 2_000

/**
 * The rows of the chain after a sequence, in order, read in batches: what is in memory does not
 * grow with the record. It ends where there is nothing more to read at that moment.
 */
export async function* rowsAfter(sequence: number): AsyncGenerator<StoredRow> {
  for (let last = sequence; ;) {
    const rows = await db
      .from('activities')
      .where('sequence', '>', last)
      .orderBy('sequence')
      .limit(BATCH)
    for (const row of rows) yield withNumbers(row)
    if (rows.length < BATCH) return
    last = Number(rows.at(-1).sequence)
  }
}

/**
 * The row with this sequence, or null.
 */
export async function rowAt(sequence: number): Promise<StoredRow | null> {
  const row = await db.from('activities').where('sequence', sequence).first()
  return row ? withNumbers(row) : null
}

/**
 * The oldest row there is, or null.
 */
export async function firstRow(): Promise<StoredRow | null> {
  const row = await db.from('activities').orderBy('sequence').first()
  return row ? withNumbers(row) : null
}

/** Drivers give large integers as text when they are set so. */
function withNumbers(row: StoredRow): StoredRow {
  row.sequence = Number(row.sequence)
  row.created_at = Number(row.created_at)
  return row
}
