import type { HttpContext } from '@adonisjs/core/http'
import encryption from '@adonisjs/core/services/encryption'
import BeginSignIn from '#app/auth/actions/begin_sign_in'
import EndSignIn from '#app/auth/actions/end_sign_in'
import type { SecondFactor, SignInMethod } from '#app/auth/models/sign_in'
import { endPending } from '#app/auth/pending_sign_in'
import { requestOrigin } from '#app/auth/request_origin'
import type User from '#app/users/models/user'

/** Where the session keeps which sign-in it belongs to. */
export const SIGN_IN_KEY = 'sign_in_id'

/** Where the session keeps where the person wanted to go. */
const INTENDED_KEY = 'intended_url'

/**
 * Turns the request's session into one of a signed-in person, under a new identifier. Call it
 * only when every factor the person needs has been proven.
 */
export async function beginSession(
  ctx: HttpContext,
  user: User,
  how: { method: SignInMethod; secondFactor?: SecondFactor | null }
): Promise<void> {
  const signIn = await new BeginSignIn().handle({
    user,
    method: how.method,
    secondFactor: how.secondFactor ?? null,
    address: ctx.request.ip(),
    userAgent: ctx.request.header('user-agent') ?? null,
    requestId: ctx.request.id() ?? null,
  })
  endPending(ctx)
  await ctx.auth.use('web').login(user)
  ctx.session.put(SIGN_IN_KEY, signIn.id)
}

/**
 * Ends the request's session and its sign-in.
 */
export async function endSession(ctx: HttpContext): Promise<void> {
  const user = ctx.auth.use('web').user
  const id = ctx.session.get(SIGN_IN_KEY)
  if (user && typeof id === 'string') {
    await new EndSignIn().handle({ user, id, origin: requestOrigin(ctx, user) })
  }
  await ctx.auth.use('web').logout()
  ctx.session.clear()
}

/**
 * Notes where a person wanted to go before they had to log in. It is encrypted, because addresses
 * such as that of an invitation hold a secret.
 */
export function rememberIntended({ session }: HttpContext, path: string): void {
  session.put(INTENDED_KEY, encryption.encrypt(path, { purpose: INTENDED_KEY }))
}

/**
 * Where a person wanted to go before they had to log in; the dashboard when nowhere. It is
 * forgotten by asking.
 */
export function intendedPath({ session }: HttpContext): string {
  const sealed = session.pull(INTENDED_KEY)
  const path = typeof sealed === 'string' ? encryption.decrypt<string>(sealed, INTENDED_KEY) : null
  return path ?? '/dashboard'
}

/**
 * Forgets where a person wanted to go.
 */
export function forgetIntended({ session }: HttpContext): void {
  session.forget(INTENDED_KEY)
}
