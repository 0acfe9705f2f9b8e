import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import { UlidModel } from '#app/core/database/ulid_model'
import User from '#app/users/models/user'

/** How someone got in. */
export type SignInMethod = 'password' | 'passkey' | 'setup' | 'sign-up' | 'invitation' | 'reset'

/** What they gave besides. */
export type SecondFactor = 'totp' | 'recovery' | 'passkey'

/** How long after proving who one is dangerous actions go through without asking again, in minutes. */
export const CONFIRMED_FOR_MINUTES = 15

/**
 * One browser in which a person is signed in. A session counts only while its row here is open,
 * so ending the row ends the session on the next request, whatever store the sessions are in.
 */
export default class SignIn extends UlidModel {
  static table = 'sign_ins'

  @column()
  declare userId: string

  @column()
  declare method: SignInMethod

  @column()
  declare secondFactor: SecondFactor | null

  @column()
  declare address: string | null

  @column()
  declare userAgent: string | null

  @moment()
  declare seenAt: DateTime

  @moment()
  declare confirmedAt: DateTime

  @moment()
  declare endedAt: DateTime | null

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>

  /** Whether the person proved who they are a short while ago. */
  get isConfirmed() {
    return this.confirmedAt >= DateTime.utc().minus({ minutes: CONFIRMED_FOR_MINUTES })
  }
}

declare module '@adonisjs/core/http' {
  interface HttpContext {
    signIn: SignIn
  }
}
