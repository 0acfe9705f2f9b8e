import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Passkey from '#app/auth/models/passkey'
import type User from '#app/users/models/user'

/**
 * Gives a passkey another name.
 */
export default class RenamePasskey {
  /**
   * @throws E_ROW_NOT_FOUND when it is not the person's
   */
  async handle(origin: Origin, user: User, id: string, name: string): Promise<void> {
    const passkey = await Passkey.query().where({ id, userId: user.id }).firstOrFail()
    if (passkey.name === name) return
    const details = { from: passkey.name, to: name }
    await db.transaction(async (client) => {
      await passkey.useTransaction(client).merge({ name }).save()
      const subject = { type: 'passkey', id, name }
      await recordActivity(origin, { action: 'passkey.renamed', subject, details }, client)
    })
  }
}
