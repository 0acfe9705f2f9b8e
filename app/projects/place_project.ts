import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { refuse } from '#app/core/exceptions/refusal'
import Placement, { addressOf, type PlacementRole } from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import type { TeamScope } from '#app/core/database/tenant_model'

/** A server that a project is to be on, as a person chose it. */
export interface Chosen {
  serverId: string
  role: PlacementRole
}

/**
 * What check boxes say: the servers, and those of them that only work.
 */
export function chosenOf(servers: readonly string[], workers: readonly string[] = []): Chosen[] {
  return servers.map((serverId) => ({
    serverId,
    role: workers.includes(serverId) ? 'worker' : 'web',
  }))
}

/**
 * The chosen servers, each once, with their roles.
 *
 * @throws a refusal for `servers` when one is not the team's, not connected, or none answers visitors
 */
export async function chosenServers(
  scope: TeamScope,
  chosen: readonly Chosen[]
): Promise<{ server: Server; role: PlacementRole }[]> {
  const roles = new Map(chosen.map(({ serverId, role }) => [serverId, role]))
  const servers = await Server.within(scope)
    .whereIn('id', [...roles.keys()])
    .orderBy('name')
  if (roles.size === 0 || servers.length < roles.size || servers.some((one) => !one.isPinned)) {
    refuse('servers', 'Choose among your connected servers.')
  }
  if (![...roles.values()].includes('web')) {
    refuse('servers', 'At least one of the servers has to answer visitors.')
  }
  return servers.map((server) => ({ server, role: roles.get(server.id)! }))
}

/**
 * Puts a project on servers, each with two local ports of its own there.
 */
export async function placeProject(
  project: Project,
  places: readonly { server: Server; role: PlacementRole }[],
  trx: TransactionClientContract
): Promise<void> {
  for (const { server, role } of places) {
    await trx.from('servers').where('id', server.id).increment('next_app_port', 2)
    const row = await trx.from('servers').where('id', server.id).select('next_app_port').first()
    await Placement.create(
      {
        teamId: project.teamId,
        projectId: project.id,
        serverId: server.id,
        role,
        appPort: row.next_app_port - 2,
        address: role === 'web' ? addressOf(project) : null,
        liveReleaseId: null,
      },
      { client: trx }
    )
  }
}
