import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import SignIn, { type SecondFactor, type SignInMethod } from '#app/auth/models/sign_in'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
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
 * session is tied to it by `beginSession`.
 */
export default class BeginSignIn {
  async handle({ user, requestId, ...how }: NewSignIn): Promise<SignIn> {
    const now = DateTime.utc()
    const { method, secondFactor, address } = how
    const actor = { kind: 'user' as const, id: user.id, name: user.fullName }
    return db.transaction(async (client) => {
      const signIn = await SignIn.create(
        {
          userId: user.id,
          ...how,
          userAgent: how.userAgent?.slice(0, 400) ?? null,
          seenAt: now,
          confirmedAt: now,
          endedAt: null,
        },
        { client }
      )
      await recordActivity(
        { actor, teamId: null, address, requestId },
        {
          action: 'session.begun',
          subject: personSubject(user),
          details: { method, secondFactor },
        },
        client
      )
      return signIn
    })
  }
}
