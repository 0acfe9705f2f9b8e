import { DateTime } from 'luxon'
import SignIn, { type SecondFactor, type SignInMethod } from '#app/auth/models/sign_in'
import { recordActivity } from '#app/activity/record_activity'
import type User from '#app/users/models/user'

export interface NewSignIn {
  user: User
  method: SignInMethod
  secondFactor: SecondFactor | null
  address: string | null
  userAgent: string | null
  requestId: string | null
}

/**
 * Opens a sign-in for a person who has proven who they are, with every factor they need. The
 * session is tied to it by `signInOf` of the request.
 */
export default class BeginSignIn {
  async handle({ user, requestId, ...how }: NewSignIn): Promise<SignIn> {
    const now = DateTime.utc()
    const signIn = await SignIn.create({
      userId: user.id,
      ...how,
      userAgent: how.userAgent?.slice(0, 400) ?? null,
      seenAt: now,
      confirmedAt: now,
      endedAt: null,
    })
    await recordActivity(
      {
        actor: { kind: 'user', id: user.id, name: user.fullName },
        teamId: null,
        address: how.address,
        requestId,
      },
      {
        action: 'session.begun',
        subject: { type: 'user', id: user.id, name: user.fullName },
        details: { method: how.method, secondFactor: how.secondFactor },
      }
    )
    return signIn
  }
}
