import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import SignIn from '#app/auth/models/sign_in'
import { personSubject } from '#app/auth/request_origin'
import type User from '#app/users/models/user'

/**
 * Ends one sign-in of a person, in whichever browser it is. One that has ended is left as it is.
 */
export default class EndSignIn {
  /** @returns whether it was open */
  async handle({ user, id, origin }: { user: User; id: string; origin: Origin }): Promise<boolean> {
    return db.transaction(async (client) => {
      const now = Date.now()
      const ended = await SignIn.query({ client })
        .where({ id, userId: user.id })
        .whereNull('ended_at')
        .update({ endedAt: now, updatedAt: now })
      if (Number(ended) !== 1) return false
      await recordActivity(
        origin,
        { action: 'session.ended', subject: personSubject(user), details: { signIn: id } },
        client
      )
      return true
    })
  }
}
