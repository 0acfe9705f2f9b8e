import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { holdTeamAs } from '#app/teams/hold_team'
import Team from '#app/teams/models/team'
import type { Scope } from '#app/teams/scope'

/**
 * Gives a team another name.
 */
export default class RenameTeam {
  async handle(scope: Scope, name: string): Promise<void> {
    await db.transaction(async (trx) => {
      await holdTeamAs(scope, 'team.manage', trx)
      const team = await Team.query({ client: trx }).where('id', scope.teamId).firstOrFail()
      const former = team.name
      if (former === name) return
      await team.merge({ name }).save()
      await recordActivity(
        scope.origin,
        {
          action: 'team.renamed',
          subject: { type: 'team', id: team.id, name },
          details: { from: former, to: name },
        },
        trx
      )
    })
  }
}
