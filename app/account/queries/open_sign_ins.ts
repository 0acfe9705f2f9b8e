import string from '@adonisjs/core/helpers/string'
import { SESSION_AGE } from '#config/session'
import SignIn from '#app/auth/models/sign_in'
import type User from '#app/users/models/user'

/**
 * The browsers in which a person is signed in, those seen last first. One whose session ended by
 * age is none of them.
 */
export function openSignIns(user: Pick<User, 'id'>): Promise<SignIn[]> {
  return SignIn.query()
    .where('user_id', user.id)
    .whereNull('ended_at')
    .where('seen_at', '>', Date.now() - string.milliseconds.parse(SESSION_AGE))
    .orderBy('seen_at', 'desc')
    .orderBy('id', 'desc')
}
