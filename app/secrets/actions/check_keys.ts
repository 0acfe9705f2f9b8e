import db from '@adonisjs/lucid/services/db'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { ConsoleError } from '#app/core/exceptions/console_error'
import type { Keyring } from '#app/secrets/keyring'
import KeyCheck, { KEY_CHECK, KEY_CHECK_ID } from '#app/secrets/models/key_check'
import type { SealedColumn } from '#app/secrets/sealed_columns'

const KEYS_DO_NOT_FIT = `SECRETS_KEY is not the key that the secrets in the database were encrypted with.
Put that key back: it is in your copy of .env. If it was replaced and not all secrets are
encrypted anew yet, name it in SECRETS_KEY_PREVIOUS and run: node ace secrets:rotate
If it is lost, so are they: begin with an empty database. Nothing was changed.`

/**
 * Makes sure, before a process serves, that the keys it was given fit what the database holds.
 * A wrong key would else show at the first deployment, with more written by it in between.
 */
export default class CheckKeys {
  readonly #keyring: Keyring

  constructor(keyring: Keyring) {
    this.#keyring = keyring
  }

  /**
   * @param findColumns asked only for a database that has no check yet
   * @throws ConsoleError when the keys do not fit
   */
  async handle(findColumns: () => Promise<SealedColumn[]>): Promise<void> {
    const check = await KeyCheck.find(KEY_CHECK_ID)
    const fits = check
      ? this.#keyring.keyOf(check.value, KEY_CHECK) !== null
      : await this.#fitsSomething(await findColumns())
    if (!fits) throw new ConsoleError(KEYS_DO_NOT_FIT)
    if (!check) await this.#write()
  }

  /** Looks at one value of each column: a database older than the check, or an empty one. */
  async #fitsSomething(columns: readonly SealedColumn[]): Promise<boolean> {
    const keys: (number | null)[] = []
    for (const { table, column, purpose } of columns) {
      const row = await db.from(table).select(column).whereNotNull(column).first()
      if (row) keys.push(this.#keyring.keyOf(row[column], purpose))
    }
    return keys.length === 0 || keys.some((key) => key !== null)
  }

  /**
   * Encrypts the check with the oldest key: until `RotateSecrets` has turned everything else, that
   * one is still needed.
   */
  async #write(): Promise<void> {
    const value = this.#keyring.sealWithOldest({ text: KEY_CHECK }, KEY_CHECK)
    try {
      await KeyCheck.create({ id: KEY_CHECK_ID, value })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
  }
}
