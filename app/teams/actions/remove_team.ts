import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import { holdTeamAs } from '#app/teams/hold_team'
import Team from '#app/teams/models/team'
import { holdingsOf } from '#app/teams/queries/holdings'
import type { Scope } from '#app/teams/scope'

/**
 * Removes a team that owns nothing any more, with its members' places, invitations, API tokens
 * and confirmed git hosts. What was done in it stays on record.
 *
 * @throws a refusal for `confirm` when the name does not match, or servers or projects are left
 */
export default class RemoveTeam {
  async handle(scope: Scope, { confirmedName }: { confirmedName: string }): Promise<void> {
    await db.transaction(async (trx) => {
      await holdTeamAs(scope, 'team.own', trx)
      const team = await Team.query({ client: trx }).where('id', scope.teamId).firstOrFail()
      if (confirmedName !== team.name) {
        refuse('confirm', `Type the team's name, ${team.name}, to remove it.`)
      }
      const { servers, projects } = await holdingsOf(team.id, trx)
      if (servers + projects > 0) {
        refuse('confirm', 'Remove its servers and projects first.')
      }
      await team.delete()
      await recordActivity(
        scope.origin,
        { action: 'team.removed', subject: { type: 'team', id: team.id, name: team.name } },
        trx
      )
    })
  }
}
