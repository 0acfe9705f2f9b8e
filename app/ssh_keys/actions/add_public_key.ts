import type { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { keptKey, orRefuse } from '#app/ssh_keys/key_lines'
import PublicKey from '#app/ssh_keys/models/public_key'
import type User from '#app/users/models/user'

/** More than anybody needs, and few enough to look through. */
const MOST_KEYS = 50

/**
 * Adds a public key of a person, which the teams they belong to can install.
 *
 * @throws a refusal for `publicKey`
 */
export default class AddPublicKey {
  async handle(
    origin: Origin,
    user: User,
    input: { name: string; publicKey: string; expiresAt: DateTime | null }
  ): Promise<PublicKey> {
    const kept = await orRefuse({ key: 'publicKey' }, () => keptKey(input.publicKey))
    const count = await PublicKey.query().where('user_id', user.id).count('* as total').pojo()
    if (Number((count[0] as { total: number }).total) >= MOST_KEYS) {
      refuse('publicKey', `You have ${MOST_KEYS} keys. Remove those you no longer use.`)
    }
    const adding = db.transaction(async (trx) => {
      const { name, expiresAt } = input
      const values = { ...kept, userId: user.id, name, expiresAt, warned: 0 }
      const key = await PublicKey.create(values, { client: trx })
      const details = { type: key.type, fingerprint: key.fingerprint }
      await recordActivity(
        origin,
        { action: 'public_key.added', subject: key.asSubject, details },
        trx
      )
      return key
    })
    return adding.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('publicKey', 'You have this key already.')
    })
  }
}
