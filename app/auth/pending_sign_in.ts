import { createHash } from 'node:crypto'
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
  /** Of the password it was begun with: another one since ends it. */
  passwordTag: string
}

/** Tells whether a person's password is still the one it was. */
export function passwordTag({ password }: Pick<User, 'password'>): string {
  return createHash('sha256').update(password).digest('base64url').slice(0, 22)
}

/**
 * Notes in the session that a person gave the first factor, under a new identifier. The session
 * stays nobody's: only the second step looks at this note.
 */
export function beginPending({ session }: HttpContext, user: User, method: SignInMethod) {
  const pending = { userId: user.id, at: Date.now(), method, passwordTag: passwordTag(user) }
  session.put(PENDING_KEY, pending satisfies Pending)
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
  return user && pending.passwordTag === passwordTag(user) ? { user, method: pending.method } : null
}

/**
 * Forgets who owes a second factor: they have to begin anew.
 */
export function endPending({ session }: HttpContext) {
  session.forget(PENDING_KEY)
}
