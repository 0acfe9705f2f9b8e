import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/** Ids of what someone may see; a server brings what runs on it. */
export interface GrantedIds {
  serverIds: readonly string[]
  projectIds: readonly string[]
}

/**
 * The team's servers and projects of these ids.
 *
 * @throws a refusal for `servers` or `projects` when one of them is not the team's
 */
export async function grantedThings(
  scope: Scope,
  { serverIds, projectIds }: GrantedIds,
  client: TransactionClientContract
): Promise<{ servers: Server[]; projects: Project[] }> {
  const ids = { servers: [...new Set(serverIds)], projects: [...new Set(projectIds)] }
  const servers = await Server.within(scope, { client }).whereIn('id', ids.servers)
  if (servers.length < ids.servers.length) refuse('servers', 'Choose servers of this team.')
  const projects = await Project.within(scope, { client }).whereIn('id', ids.projects)
  if (projects.length < ids.projects.length) refuse('projects', 'Choose projects of this team.')
  return { servers, projects }
}
