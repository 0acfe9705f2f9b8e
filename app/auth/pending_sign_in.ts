import type { HttpContext } from '@adonisjs/core/http'
import User from '#app/users/models/user'
import type { SignInMethod } from '#app/auth/models/sign_in'

/** Where the session keeps who gave their password and still owes a second factor. */
export const PENDING_KEY = 'pending_sign_in'

/** How long the second step may take, in milliseconds. */
const LASTS = 10 * 60_000

interface Pending {
  userId: string
  at: number
  method: SignInMethod
}

/**
 * Notes in the session that a person gave the first factor, under a new identifier. The session
 * stays nobody's: only the second step looks at this note.
 */
export function beginPending({ session }: HttpContext, user: User, method: SignInMethod) {
  session.put(PENDING_KEY, { userId: user.id, at: Date.now(), method } satisfies Pending)
  session.regenerate()
}

/**
 * Who owes a second factor in this session, or null: nobody, for more than 10 minutes, or someone
 * who was deactivated since.
 */
export async function findPending({
  session,
}: HttpContext): Promise<{ user: User; method: SignInMethod } | null> {
  const pending = session.get(PENDING_KEY) as Pending | undefined
  if (!pending || !(Date.now() - pending.at < LASTS)) return null
  const user = await User.query().where('id', pending.userId).whereNull('deactivated_at').first()
  return user && { user, method: pending.method }
}

/**
 * Forgets who owes a second factor: they have to begin anew.
 */
export function endPending({ session }: HttpContext) {
  session.forget(PENDING_KEY)
}
