import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import { refuse } from '#app/core/exceptions/refusal'
import { findMember } from '#app/members/queries/find_member'
import { holdTeamAs } from '#app/teams/hold_team'
import type Membership from '#app/teams/models/membership'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import { isAtMost, restrictableRoles, type Role } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * Gives a member another role. Nobody changes someone above them or gives more than they have, and
 * the last owner stays one. A role that cannot be restricted takes a restriction away.
 *
 * @throws a refusal for `role`
 */
export default class ChangeRole {
  async handle(scope: Scope, id: string, role: Role): Promise<Membership> {
    return db.transaction(async (trx) => {
      const actor = await holdTeamAs(scope, 'team.manage', trx)
      const member = await findMember(scope, id, trx)
      const former = member.role
      if (!isAtMost(former, actor.role)) refuse('role', 'Only an owner changes an owner’s role.')
      if (!isAtMost(role, actor.role)) refuse('role', 'Give a role no higher than yours.')
      if (former === role) return member
      if (former === 'owner' && !(await hasOtherOwner(member, trx))) {
        refuse('role', 'A team keeps an owner. Make someone else an owner first.')
      }
      if (!restrictableRoles.includes(role)) {
        member.restricted = false
        await member.related('grants').query().delete()
      }
      await member.merge({ role }).save()
      await recordActivity(
        scope.origin,
        {
          action: 'member.role_changed',
          subject: personSubject(member.user),
          details: { from: former, to: role },
        },
        trx
      )
      return member
    })
  }
}
