import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import { refuse } from '#app/core/exceptions/refusal'
import { findMember } from '#app/members/queries/find_member'
import { holdTeamAs } from '#app/teams/hold_team'
import type Membership from '#app/teams/models/membership'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import { isAtMost } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * Ends a person's place in a team. What hangs on the place ends with it, by the database: the
 * API tokens they made, what was granted to them, the invitations they sent. Their next request
 * finds the place gone.
 */
export default class RemoveMember {
  /**
   * Puts another member out.
   *
   * @throws a refusal for `member` when it is oneself, someone above, or the last owner
   */
  async handle(scope: Scope, id: string): Promise<Membership> {
    return db.transaction(async (trx) => {
      const actor = await holdTeamAs(scope, 'team.manage', trx)
      const member = await findMember(scope, id, trx)
      if (member.id === actor.id) refuse('member', 'To go yourself, leave under Settings.')
      if (!isAtMost(member.role, actor.role)) refuse('member', 'Only an owner removes an owner.')
      if (member.role === 'owner' && !(await hasOtherOwner(member, trx))) {
        refuse('member', 'A team keeps an owner. Make someone else an owner first.')
      }
      await member.delete()
      const act = {
        action: 'member.removed',
        subject: personSubject(member.user),
        details: { role: member.role },
      }
      await recordActivity(scope.origin, act, trx)
      return member
    })
  }

  /**
   * Leaves the scope's team.
   *
   * @throws a refusal for `leave` when the team would have no owner left
   */
  async leave(scope: Scope): Promise<void> {
    await db.transaction(async (trx) => {
      const member = await holdTeamAs(scope, 'team.view', trx)
      if (member.role === 'owner' && !(await hasOtherOwner(member, trx))) {
        refuse('leave', 'A team keeps an owner. Make someone else an owner first.')
      }
      await member.delete()
      const subject = { type: 'user', id: scope.userId, name: scope.origin.actor.name ?? '' }
      const act = { action: 'member.left', subject, details: { role: member.role } }
      await recordActivity(scope.origin, act, trx)
    })
  }
}
