import { sealed } from '#app/core/database/columns'
import { UlidModel } from '#app/core/database/ulid_model'

/** What the value of a key check is encrypted for. */
export const KEY_CHECK = 'key check'

/** The one row of its table. */
export const KEY_CHECK_ID = 'secrets'

/**
 * A value that says nothing and whose key tells everything: the one row of its table is encrypted
 * like every stored secret, so that a process that cannot read it cannot read those either.
 */
export default class KeyCheck extends UlidModel {
  static table = 'key_checks'

  @sealed({ purpose: KEY_CHECK })
  declare value: string
}
