import db from '@adonisjs/lucid/services/db'
import { guessesAt } from '#app/auth/attempts'
import type { SecondFactor } from '#app/auth/models/sign_in'
import { recordActivity } from '#app/activity/record_activity'
import type { Origin } from '#app/activity/origin'
import { personSubject } from '#app/auth/request_origin'
import { recoveryCodesLeft, useRecoveryCode } from '#app/auth/second_factor/recovery_codes'
import { verifyTotpCode } from '#app/auth/second_factor/totp'
import type User from '#app/users/models/user'

export type SecondFactorResult =
  | { kind: 'passed'; secondFactor: SecondFactor; codesLeft: number | null }
  | { kind: 'refused' }
  | { kind: 'ended' }

/**
 * Checks the code a person gives after their password: of their authenticator app, or one of
 * their recovery codes. Guesses are limited, and the fifth wrong one ends the second step.
 */
export default class PassSecondFactor {
  async handle(input: { user: User; code: string; origin: Origin }): Promise<SecondFactorResult> {
    const { user, code, origin } = input
    const attempts = guessesAt('second_factor', user, origin.address)
    if (!(await attempts.begin())) return { kind: 'ended' }
    if (await verifyTotpCode(user, code)) {
      await attempts.succeeded()
      return { kind: 'passed', secondFactor: 'totp', codesLeft: null }
    }
    const codesLeft = await this.#useRecoveryCode(input)
    if (codesLeft !== null) {
      await attempts.succeeded()
      return { kind: 'passed', secondFactor: 'recovery', codesLeft }
    }
    return { kind: (await attempts.left()) > 0 ? 'refused' : 'ended' }
  }

  async #useRecoveryCode(input: { user: User; code: string; origin: Origin }) {
    const { user, code, origin } = input
    return db.transaction(async (client) => {
      if (!(await useRecoveryCode(user, code, client))) return null
      const left = await recoveryCodesLeft(user, client)
      await recordActivity(
        origin,
        {
          action: 'second_factor.used_recovery_code',
          subject: personSubject(user),
          details: { left },
        },
        client
      )
      return left
    })
  }
}
