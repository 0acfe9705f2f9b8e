import db from '@adonisjs/lucid/services/db'
import { removeLeftoverCodes } from '#app/account/leftover_codes'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Passkey from '#app/auth/models/passkey'
import type User from '#app/users/models/user'

/**
 * Takes a passkey from a person's account: it gets nobody in any more.
 */
export default class RemovePasskey {
  /**
   * @throws E_ROW_NOT_FOUND when it is not the person's
   */
  async handle(origin: Origin, user: User, id: string): Promise<Passkey> {
    const passkey = await Passkey.query().where({ id, userId: user.id }).firstOrFail()
    await db.transaction(async (client) => {
      const removed = await Passkey.query({ client }).where({ id, userId: user.id }).delete()
      if (Number(removed) !== 1) return
      await removeLeftoverCodes(user, client)
      const subject = { type: 'passkey', id, name: passkey.name }
      await recordActivity(origin, { action: 'passkey.removed', subject }, client)
    })
    return passkey
  }
}
