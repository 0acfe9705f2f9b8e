import type { Keyring } from '#app/secrets/keyring'
import { nameOf, type SealedColumn } from '#app/secrets/sealed_columns'
import { sealedValues } from '#app/secrets/queries/sealed_values'

/**
 * How many stored secrets were encrypted with which key.
 */
export interface KeyCounts {
  /** By the current key first, then by each former one. */
  byKey: number[]
  /** Where the values are that no key opens. */
  unreadable: { name: string; id: string }[]
}

/**
 * Tries every stored secret with one key after the other. Changes nothing.
 */
export async function countKeys(
  keyring: Keyring,
  columns: readonly SealedColumn[]
): Promise<KeyCounts> {
  const byKey = Array.from({ length: 1 + keyring.formerCount }, () => 0)
  const unreadable: KeyCounts['unreadable'] = []
  for (const column of columns) {
    for await (const batch of sealedValues(column)) {
      for (const { id, stored } of batch) {
        const key = keyring.keyOf(stored, column.purpose)
        if (key === null) unreadable.push({ name: nameOf(column), id })
        else byKey[key]++
      }
    }
  }
  return { byKey, unreadable }
}
