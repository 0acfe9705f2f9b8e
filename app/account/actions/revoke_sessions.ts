import db from '@adonisjs/lucid/services/db'
import { deviceOf } from '#app/account/device'
import { endSignIns } from '#app/account/end_sign_ins'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import SignIn from '#app/auth/models/sign_in'
import { personSubject } from '#app/auth/request_origin'
import type User from '#app/users/models/user'

const action = 'session.revoked'

/**
 * Signs a person out of browsers: the next request of each is a stranger's.
 */
export default class RevokeSessions {
  /**
   * Ends one sign-in; one that ended before is left as it is.
   *
   * @throws E_ROW_NOT_FOUND when it is not the person's
   */
  async one(origin: Origin, user: User, id: string): Promise<SignIn> {
    const signIn = await SignIn.query().where({ id, userId: user.id }).firstOrFail()
    await db.transaction(async (trx) => {
      const count = await endSignIns(user, { only: signIn }, trx)
      if (count === 0) return
      const details = { signIn: id, device: deviceOf(signIn.userAgent).name }
      await recordActivity(origin, { action, subject: personSubject(user), details }, trx)
    })
    return signIn
  }

  /**
   * Ends all but one.
   */
  async others(origin: Origin, user: User, kept: SignIn): Promise<void> {
    await db.transaction(async (trx) => {
      const count = await endSignIns(user, { except: kept }, trx)
      if (count === 0) return
      const details = { others: count }
      await recordActivity(origin, { action, subject: personSubject(user), details }, trx)
    })
  }
}
