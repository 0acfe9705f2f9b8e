import Deployment from '#app/deployments/models/deployment'
import { listProjects } from '#app/deployments/queries/list_projects'
import { unwellProjects } from '#app/deployments/queries/unwell_projects'
import Server from '#app/servers/models/server'
import { endingKeys } from '#app/ssh_keys/queries/ending_keys'
import { firstServers, statusCounts } from '#app/servers/queries/server_list'
import { serverFilterFrom } from '#app/servers/server_filter'
import type { Scope } from '#app/teams/scope'

/** So many servers are shown, those in trouble first. */
const SERVERS = 10
const PROJECTS = 10

/**
 * The team at a glance: servers, projects with their latest deployment, recent deployments.
 */
export async function dashboard(scope: Scope) {
  const [statuses, servers, troubled, unwell, projects, deployments, keys] = await Promise.all([
    statusCounts(scope),
    firstServers(scope, serverFilterFrom({ sort: 'status' }), SERVERS),
    Server.within(scope)
      .whereNotIn('status', ['reachable', 'unconfirmed'])
      .select('id', 'name', 'status_message')
      .orderBy('name')
      .limit(SERVERS),
    unwellProjects(scope),
    listProjects(scope, { most: PROJECTS }),
    Deployment.within(scope).preload('release').preload('creator').orderBy('id', 'desc').limit(8),
    endingKeys(scope),
  ])
  const sum = (kept: readonly { count: number }[]) =>
    kept.reduce((total, { count }) => total + count, 0)
  return {
    endingKeys: keys,
    ...{ servers, deployments, troubled, unwell },
    projects: projects.projects,
    projectCount: projects.paginator.total,
    serverCount: sum(statuses),
    troubledCount: sum(
      statuses.filter(({ status }) => !['reachable', 'unconfirmed'].includes(status))
    ),
  }
}
