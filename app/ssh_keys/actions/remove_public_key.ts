import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type PublicKey from '#app/ssh_keys/models/public_key'

/**
 * Takes a person's public key back. Where it is installed it stays until those who manage the
 * team's keys remove it: they see it as one that was taken back.
 */
export default class RemovePublicKey {
  async handle(origin: Origin, key: PublicKey): Promise<void> {
    await db.transaction(async (trx) => {
      await key.useTransaction(trx).delete()
      const details = { fingerprint: key.fingerprint }
      const act = { action: 'public_key.removed', subject: key.asSubject, details }
      await recordActivity(origin, act, trx)
    })
  }
}
