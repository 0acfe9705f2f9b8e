import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import { holdTeamAs } from '#app/teams/hold_team'
import Membership from '#app/teams/models/membership'
import Team from '#app/teams/models/team'
import type { Scope } from '#app/teams/scope'

/**
 * Hands a team over: another member becomes its owner, and the owner who does it an admin.
 *
 * @throws a refusal for `memberId` or `teamName`
 */
export default class TransferTeam {
  /**
   * @returns the name of the new owner
   */
  async handle(scope: Scope, input: { memberId: string; teamName: string }): Promise<string> {
    return db.transaction(async (trx) => {
      const owner = await holdTeamAs(scope, 'team.own', trx)
      const team = await Team.query({ client: trx }).where('id', scope.teamId).firstOrFail()
      if (input.teamName !== team.name) {
        refuse('teamName', `Type the team's name, ${team.name}, to transfer it.`)
      }
      const heir = await this.#heir(scope, input.memberId, trx)
      await owner.merge({ role: 'admin' }).save()
      await heir.merge({ role: 'owner', restricted: false }).save()
      await heir.related('grants').query().delete()
      await recordActivity(
        scope.origin,
        {
          action: 'team.transferred',
          subject: { type: 'team', id: team.id, name: team.name },
          details: { to: heir.user.fullName, toId: heir.userId },
        },
        trx
      )
      return heir.user.fullName
    })
  }

  async #heir(scope: Scope, id: string, trx: TransactionClientContract): Promise<Membership> {
    const heir = await Membership.within(scope, { client: trx })
      .where('id', id)
      .whereNot('user_id', scope.userId)
      .preload('user')
      .first()
    if (!heir || heir.user.deactivatedAt) refuse('memberId', 'Choose another member of the team.')
    return heir
  }
}
