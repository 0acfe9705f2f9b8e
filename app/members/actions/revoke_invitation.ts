import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import Invitation from '#app/members/models/invitation'
import { holdTeamAs } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Ends an invitation. Its link leads nowhere from then on.
 *
 * @throws E_ROW_NOT_FOUND when the team has no such invitation, any more
 */
export default class RevokeInvitation {
  async handle(scope: Scope, id: string): Promise<Invitation> {
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'team.manage', trx)
      const invitation = await Invitation.within(scope, { client: trx })
        .where('id', id)
        .firstOrFail()
      await invitation.delete()
      await recordActivity(
        scope.origin,
        {
          action: 'invitation.revoked',
          subject: { type: 'invitation', id, name: invitation.email },
        },
        trx
      )
      return invitation
    })
  }
}
