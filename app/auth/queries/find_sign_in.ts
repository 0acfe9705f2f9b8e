import { DateTime } from 'luxon'
import SignIn from '#app/auth/models/sign_in'
import type User from '#app/users/models/user'

/** How far behind "last seen" may be, in milliseconds: not every request writes. */
const SEEN_WITHIN_MS = 60_000

/**
 * The open sign-in of a session, or null when it was ended, belongs to someone else, or its person
 * was deactivated. Notes that the person was seen.
 */
export async function findSignIn(user: User, id: unknown): Promise<SignIn | null> {
  if (user.deactivatedAt !== null || typeof id !== 'string') return null
  const signIn = await SignIn.query().where({ id, userId: user.id }).whereNull('ended_at').first()
  if (!signIn) return null
  if (signIn.seenAt.toMillis() < Date.now() - SEEN_WITHIN_MS) {
    signIn.seenAt = DateTime.utc()
    await SignIn.query().where('id', signIn.id).update({ seenAt: signIn.seenAt.toMillis() })
  }
  return signIn
}
