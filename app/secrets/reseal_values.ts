import db from '@adonisjs/lucid/services/db'
import type { Keyring } from '#app/secrets/keyring'
import type { SealedColumn } from '#app/secrets/sealed_columns'
import { readSealedValues, type SealedValue } from '#app/secrets/queries/sealed_values'

/**
 * Encrypts those of the values anew that only a former key opens, as long as they are still the
 * ones that were read; else looks at them again.
 *
 * @returns how many were encrypted anew
 */
export async function resealValues(
  keyring: Keyring,
  column: SealedColumn,
  values: readonly SealedValue[]
): Promise<number> {
  const old = values.filter(({ stored }) => (keyring.keyOf(stored, column.purpose) ?? 0) > 0)
  // Each by itself: locks of several rows at once could meet those of the panel head-on.
  const done = await Promise.all(old.map((value) => reseal(keyring, column, value)))
  const missed = old.filter((_, place) => !done[place]).map(({ id }) => id)
  if (missed.length === 0) return old.length
  const again = await readSealedValues(column, missed)
  return old.length - missed.length + (await resealValues(keyring, column, again))
}

/** Gives whether the value was still the one that was read. */
async function reseal(keyring: Keyring, where: SealedColumn, { id, stored }: SealedValue) {
  const { table, primaryKey, column, purpose } = where
  const changed = await db
    .from(table)
    .where({ [primaryKey]: id, [column]: stored })
    .update({ [column]: keyring.reseal(stored, purpose) })
  return Number(changed) === 1
}
