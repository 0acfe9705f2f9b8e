import db from '@adonisjs/lucid/services/db'
import hash from '@adonisjs/core/services/hash'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import User from '#app/users/models/user'
import { assertStrong } from '#app/users/weak_password'

/**
 * Makes an account and its own team.
 *
 * @returns the new person, or null when the address has an account. Both take equally long as far
 *   as the password is concerned, which is most of it.
 */
export default class SignUp {
  async handle(input: {
    fullName: string
    teamName: string
    email: string
    password: string
    origin: Origin
  }): Promise<User | null> {
    const email = input.email.toLowerCase()
    assertStrong(input.password, input)
    if (await User.findBy('email', email)) {
      await hash.make(input.password)
      return null
    }
    try {
      return await db.transaction(async (client) => {
        const { fullName, password } = input
        const user = await User.create({ fullName, email, password }, { client })
        const team = await Team.create({ name: input.teamName }, { client })
        const owns = { teamId: team.id, userId: user.id, role: 'owner' as const }
        await Membership.create(owns, { client })
        await recordActivity(
          { ...input.origin, actor: { kind: 'user', id: user.id, name: user.fullName } },
          { action: 'user.signed_up', subject: personSubject(user), teamId: team.id },
          client
        )
        return user
      })
    } catch (error) {
      if (isUniqueViolation(error)) return null
      throw error
    }
  }
}
