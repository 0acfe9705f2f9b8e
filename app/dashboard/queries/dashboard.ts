import Deployment from '#app/deployments/models/deployment'
import { listProjects } from '#app/deployments/queries/list_projects'
import Server from '#app/servers/models/server'
import { endingKeys } from '#app/ssh_keys/queries/ending_keys'
import type { Scope } from '#app/teams/scope'

/**
 * The team at a glance: servers, projects with their latest deployment, recent deployments.
 */
export async function dashboard(scope: Scope) {
  const [servers, projects, deployments, keys] = await Promise.all([
    Server.within(scope).orderBy('name'),
    listProjects(scope),
    Deployment.within(scope)
      .preload('run')
      .preload('release')
      .preload('creator')
      .orderBy('id', 'desc')
      .limit(8),
    endingKeys(scope),
  ])
  return {
    endingKeys: keys,
    servers,
    projects,
    deployments,
    troubled: servers.filter(({ status }) => !['reachable', 'unconfirmed'].includes(status)),
  }
}
