import { ApiClient } from '@japa/api-client'
import { decoratorsCollection } from '@japa/browser-client'
import type { PluginFn } from '@japa/runner/types'
import { DateTime } from 'luxon'
import SignIn from '#app/auth/models/sign_in'
import { SIGN_IN_KEY } from '#app/auth/signed_in_session'
import type User from '#app/users/models/user'

/** An open sign-in of a person, as the login page makes one. */
export function createSignIn(user: Pick<User, 'id'>, values: Partial<SignIn> = {}) {
  const now = DateTime.utc()
  return SignIn.create({
    userId: user.id,
    method: 'password',
    secondFactor: null,
    address: '127.0.0.1',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    seenAt: now,
    confirmedAt: now,
    endedAt: null,
    ...values,
  })
}

/**
 * Japa plugin: `loginAs(user)` of the API client and of the browser's context opens a sign-in too,
 * without which a session counts for nothing.
 */
export function signedIn(): PluginFn {
  return () => {
    ApiClient.setup(async (request) => {
      const { authData } = request as unknown as { authData?: { args: [User] } }
      if (!authData) return
      const signIn = await createSignIn(authData.args[0])
      request.withSession({ [SIGN_IN_KEY]: signIn.id })
    })
    decoratorsCollection.register({
      context(context) {
        const logIn = context.loginAs.bind(context)
        context.loginAs = async (user: User) => {
          await logIn(user)
          const signIn = await createSignIn(user)
          await context.setSession({ ...(await context.getSession()), [SIGN_IN_KEY]: signIn.id })
        }
      },
    })
  }
}
