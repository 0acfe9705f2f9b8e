import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import type User from '#app/users/models/user'

export interface NewTeam {
  name: string
  owner: User
  /** The network address of the request, for the record. */
  address: string | null
  requestId: string | null
}

/**
 * Makes a team with its first owner, who may belong to others or to none.
 */
export default class CreateTeam {
  async handle({ name, owner, address, requestId }: NewTeam): Promise<Team> {
    return db.transaction(async (trx) => {
      const team = await Team.create({ name }, { client: trx })
      await Membership.create({ teamId: team.id, userId: owner.id, role: 'owner' }, { client: trx })
      await recordActivity(
        {
          actor: { kind: 'user', id: owner.id, name: owner.fullName },
          teamId: team.id,
          address,
          requestId,
        },
        { action: 'team.created', subject: { type: 'team', id: team.id, name } },
        trx
      )
      return team
    })
  }
}
