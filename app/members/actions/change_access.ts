import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { personSubject } from '#app/auth/request_origin'
import { refuse } from '#app/core/exceptions/refusal'
import { findMember } from '#app/members/queries/find_member'
import { grantedThings, type GrantedIds } from '#app/members/queries/granted_things'
import { holdTeamAs } from '#app/teams/hold_team'
import Grant from '#app/teams/models/grant'
import type Membership from '#app/teams/models/membership'
import { restrictableRoles } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/** What a member sees: everything, or these servers, with what runs on them, and projects. */
export interface Access extends GrantedIds {
  restricted: boolean
}

/**
 * Restricts a member to some servers and projects of the team, or lets them see everything.
 *
 * @throws a refusal for `sees`, `servers` or `projects`
 */
export default class ChangeAccess {
  async handle(scope: Scope, id: string, access: Access): Promise<Membership> {
    const { restricted } = access
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'team.manage', trx)
      const member = await findMember(scope, id, trx)
      if (restricted && !restrictableRoles.includes(member.role)) {
        refuse('sees', 'Owners and admins always see everything.')
      }
      const { servers, projects } = restricted
        ? await grantedThings(scope, access, trx)
        : { servers: [], projects: [] }
      await member.related('grants').query().delete()
      const place = { teamId: member.teamId, membershipId: member.id }
      const grants = [
        ...servers.map((server) => ({ ...place, serverId: server.id, projectId: null })),
        ...projects.map((project) => ({ ...place, serverId: null, projectId: project.id })),
      ]
      await Grant.createMany(grants, { client: trx })
      await member.merge({ restricted }).save()
      await recordActivity(
        scope.origin,
        {
          action: 'member.restricted',
          subject: personSubject(member.user),
          details: { restricted, servers: namesOf(servers), projects: namesOf(projects) },
        },
        trx
      )
      return member
    })
  }
}

const namesOf = (things: readonly { name: string }[]) => things.map(({ name }) => name)
