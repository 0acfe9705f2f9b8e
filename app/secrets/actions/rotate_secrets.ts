import type { Keyring } from '#app/secrets/keyring'
import KeyCheck from '#app/secrets/models/key_check'
import { nameOf, type SealedColumn } from '#app/secrets/sealed_columns'
import { resealValues } from '#app/secrets/reseal_values'
import { countSealedValues, sealedValues } from '#app/secrets/queries/sealed_values'

/** How far a column is: of its `total` values so many were seen, and encrypted anew. */
export interface RotationProgress {
  name: string
  total: number
  seen: number
  resealed: number
}

/**
 * Encrypts every stored secret anew that the current key does not open and a former one does.
 * Running panels go on: a value that changes meanwhile is never overwritten. Ended at any point,
 * it leaves every value whole; started again, it does the rest.
 */
export default class RotateSecrets {
  readonly #keyring: Keyring

  constructor(keyring: Keyring) {
    this.#keyring = keyring
  }

  /**
   * @param onProgress told after each batch
   * @returns how many values were encrypted anew; those that no key opens are left as they are
   */
  async handle(
    columns: readonly SealedColumn[],
    onProgress: (progress: RotationProgress) => void = () => {}
  ): Promise<number> {
    let all = 0
    for (const column of checkLast(columns)) {
      const [name, total] = [nameOf(column), await countSealedValues(column)]
      let [seen, resealed] = [0, 0]
      for await (const batch of sealedValues(column)) {
        resealed += await resealValues(this.#keyring, column, batch)
        seen += batch.length
        onProgress({ name, total, seen, resealed })
      }
      all += resealed
    }
    return all
  }
}

/**
 * The key check is turned last: while anything still needs a former key, a panel started without
 * that key refuses to serve.
 */
function checkLast(columns: readonly SealedColumn[]): SealedColumn[] {
  const isCheck = ({ table }: SealedColumn) => table === KeyCheck.table
  return [...columns.filter((column) => !isCheck(column)), ...columns.filter(isCheck)]
}
