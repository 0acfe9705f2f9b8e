import { hasSecondFactor } from '#app/auth/second_factor/has_second_factor'
import { findMember } from '#app/members/queries/find_member'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import { countServersWithKeysOf } from '#app/ssh_keys/queries/count_keys_of'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import { isAtMost, restrictableRoles, roleHints, roles } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * A member as those who manage the team see them: what they may do, what they see, and what can
 * be changed about it.
 *
 * @param id of the membership
 * @throws E_ROW_NOT_FOUND when the team has no such member
 */
export async function memberPage(scope: Scope, id: string) {
  const member = await findMember(scope, id)
  const isSelf = member.userId === scope.userId
  const isLastOwner = member.role === 'owner' && !(await hasOtherOwner(member))
  const stands = isAtMost(member.role, scope.role)
  const canBeRestricted = restrictableRoles.includes(member.role)
  return {
    member,
    user: member.user,
    secondFactor: await hasSecondFactor(member.user),
    serversWithKeys: await countServersWithKeysOf(scope, member.userId),
    isSelf,
    isLastOwner,
    mayChangeRole: stands && !isLastOwner,
    mayRemove: stands && !isSelf && !isLastOwner,
    canBeRestricted,
    roleChoices: roles.map((role) => ({
      value: role,
      label: role[0].toUpperCase() + role.slice(1),
      hint: roleHints[role],
      disabled: !isAtMost(role, scope.role),
    })),
    ...(canBeRestricted ? await grantable(scope) : { servers: [] }),
    granted: new Set(member.grants.map(({ serverId, projectId }) => serverId ?? projectId)),
  }
}

/** The team's servers, each with the projects that run on it. */
async function grantable(scope: Scope) {
  const servers = await Server.within(scope).select('id', 'name').orderBy('name')
  const projects = await Project.within(scope)
    .select('id', 'name')
    .preload('placements', (placements) => placements.orderBy('id'))
    .orderBy('name')
    .orderBy('id')
  // Once, so that a check box of a project stands in one place.
  const byServer = Map.groupBy(projects, ({ placements }) => placements[0]?.serverId)
  return { servers: servers.map((server) => ({ server, projects: byServer.get(server.id) ?? [] })) }
}
