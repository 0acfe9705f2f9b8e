import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import SignIn from '#app/auth/models/sign_in'
import type User from '#app/users/models/user'

/**
 * Ends open sign-ins of a person, as a part of an act: one, or all but one.
 *
 * @returns how many were open
 */
export async function endSignIns(
  user: User,
  which: { only: SignIn } | { except: SignIn },
  client: TransactionClientContract
): Promise<number> {
  const now = Date.now()
  const query = SignIn.query({ client }).where('user_id', user.id).whereNull('ended_at')
  if ('only' in which) query.where('id', which.only.id)
  else query.whereNot('id', which.except.id)
  return Number(await query.update({ endedAt: now, updatedAt: now }))
}
