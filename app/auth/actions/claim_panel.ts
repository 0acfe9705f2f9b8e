import { createHash } from 'node:crypto'
import db from '@adonisjs/lucid/services/db'
import { errors as httpErrors } from '@adonisjs/core/http'
import User from '#app/users/models/user'
import Team from '#app/teams/models/team'
import { assertStrong } from '#app/users/weak_password'
import Membership from '#app/teams/models/membership'

/**
 * Makes the first owner and their team, and uses up the one-time token, in one transaction: of
 * two people who open the link, one wins and the other gets a 404.
 */
export default class ClaimPanel {
  async handle(input: {
    token: string
    fullName: string
    email: string
    password: string
    teamName: string
  }): Promise<User> {
    assertStrong(input.password, input)
    return db.transaction(async (trx) => {
      const used = await trx
        .from('setup_tokens')
        .where('token_hash', createHash('sha256').update(input.token).digest('hex'))
        .delete()
      if (Number(used) !== 1) {
        throw new httpErrors.E_ROUTE_NOT_FOUND(['POST', '/setup'])
      }
      const user = await User.create(
        {
          fullName: input.fullName,
          email: input.email,
          password: input.password,
          administrator: true,
        },
        { client: trx }
      )
      const team = await Team.create({ name: input.teamName }, { client: trx })
      await Membership.create({ teamId: team.id, userId: user.id, role: 'owner' }, { client: trx })
      return user
    })
  }
}
