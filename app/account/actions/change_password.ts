import hash from '@adonisjs/core/services/hash'
import db from '@adonisjs/lucid/services/db'
import { endSignIns } from '#app/account/end_sign_ins'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { Attempts, TOO_MANY_ATTEMPTS } from '#app/auth/attempts'
import type SignIn from '#app/auth/models/sign_in'
import { voidResetLinks } from '#app/auth/password_reset'
import { personSubject } from '#app/auth/request_origin'
import { refuse } from '#app/core/exceptions/refusal'
import User from '#app/users/models/user'
import { assertStrong } from '#app/users/weak_password'

/**
 * Gives a person another password, for the present one. Whoever knew the former is out: every other
 * sign-in ends, and links to reset the password stop working. Wrong present passwords are counted
 * (5 in 5 minutes, then 15 minutes of none).
 */
export default class ChangePassword {
  /**
   * @param input.kept the sign-in of the request, which stays open
   * @returns how many others were ended
   */
  async handle(
    origin: Origin,
    user: User,
    input: { currentPassword: string; password: string; kept: SignIn }
  ): Promise<number> {
    const { password, kept } = input
    await this.#prove(user, input.currentPassword)
    if (password === input.currentPassword)
      refuse('password', 'This is your present password. Take another.')
    assertStrong(password, user)

    const hashed = await hash.make(password)
    return db.transaction(async (trx) => {
      const changed = await User.query({ client: trx })
        .where({ id: user.id, password: user.password })
        .update({ password: hashed, updatedAt: Date.now() })
      if (Number(changed) !== 1)
        refuse('currentPassword', 'Your password was changed a moment ago.')
      await voidResetLinks(user, trx)
      const ended = await endSignIns(user, { except: kept }, trx)
      const [subject, details] = [personSubject(user), { sessionsEnded: ended }]
      await recordActivity(origin, { action: 'password.changed', subject, details }, trx)
      return ended
    })
  }

  async #prove(user: User, current: string) {
    const limit = { requests: 5, duration: '5 mins', blockDuration: '15 mins' }
    const attempts = new Attempts('present_password', [{ of: user.id, limit }])
    if (!(await attempts.begin())) refuse('currentPassword', TOO_MANY_ATTEMPTS)
    if (!(await user.verifyPassword(current))) {
      refuse('currentPassword', 'This is not your present password.')
    }
    await attempts.succeeded()
  }
}
