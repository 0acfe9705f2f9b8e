import db from '@adonisjs/lucid/services/db'
import type { SealedColumn } from '#app/secrets/sealed_columns'

/** How many values are held in memory at a time. */
const BATCH = 100

/**
 * A value as it is stored.
 */
export interface SealedValue {
  id: string
  stored: string
}

/**
 * All values of a column in the order of their ids, in batches. What is added or changed
 * meanwhile may be seen or not.
 */
export async function* sealedValues(column: SealedColumn): AsyncGenerator<SealedValue[]> {
  for (let last: string | null = null; ;) {
    const query = valuesOf(column).orderBy(column.primaryKey).limit(BATCH)
    if (last !== null) query.where(column.primaryKey, '>', last)
    const batch: SealedValue[] = await query
    if (batch.length === 0) return
    yield batch
    last = batch.at(-1)!.id
  }
}

/** The values of some rows as they are now; without those that are gone. */
export async function readSealedValues(
  column: SealedColumn,
  ids: readonly string[]
): Promise<SealedValue[]> {
  return valuesOf(column).whereIn(column.primaryKey, [...ids])
}

/** How many values a column holds. */
export async function countSealedValues({ table, column }: SealedColumn): Promise<number> {
  const [{ total }] = await db.from(table).whereNotNull(column).count('* as total')
  return Number(total)
}

function valuesOf({ table, primaryKey, column }: SealedColumn) {
  return db.from(table).select(`${primaryKey} as id`, `${column} as stored`).whereNotNull(column)
}
