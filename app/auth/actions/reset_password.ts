import db from '@adonisjs/lucid/services/db'
import hash from '@adonisjs/core/services/hash'
import { refuse } from '#app/core/exceptions/refusal'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import SignIn from '#app/auth/models/sign_in'
import { findResetUser, useResetToken, voidResetLinks } from '#app/auth/password_reset'
import { personSubject } from '#app/auth/request_origin'
import User from '#app/users/models/user'
import { assertStrong } from '#app/users/weak_password'

/** What is said of a link that was used, is too old, or was never one. */
export const LINK_IS_OVER = 'The link was used, is older than 30 minutes, or a newer one was made.'

/**
 * Sets a new password by the token of a link, uses the link up, and ends every sign-in of the
 * person. It signs nobody in: the second factor is asked for as ever.
 *
 * @throws the refusal of `token`
 */
export default class ResetPassword {
  async handle(input: { token: string; password: string; origin: Origin }): Promise<User> {
    const { token, origin } = input
    const user = await findResetUser(token)
    if (!user) refuse('token', LINK_IS_OVER)
    assertStrong(input.password, user)
    const password = await hash.make(input.password)
    const now = Date.now()
    await db.transaction(async (client) => {
      if (!(await useResetToken(token, client))) refuse('token', LINK_IS_OVER)
      await voidResetLinks(user, client)
      await User.query({ client }).where('id', user.id).update({ password, updatedAt: now })
      await SignIn.query({ client })
        .where('user_id', user.id)
        .whereNull('ended_at')
        .update({ endedAt: now, updatedAt: now })
      await recordActivity(
        { ...origin, actor: { kind: 'user', id: user.id, name: user.fullName } },
        { action: 'password.reset', subject: personSubject(user) },
        client
      )
    })
    return user
  }
}
