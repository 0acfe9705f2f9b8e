import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Placement from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'

/**
 * Where a project is, whoever asks: who sees the project may deploy it, though some of its servers
 * may be hidden from them. Web servers first, then by name.
 */
export async function placementsOf(
  project: Pick<Project, 'id' | 'teamId'>,
  trx?: TransactionClientContract
): Promise<Placement[]> {
  const placements = await Placement.within({ teamId: project.teamId }, { client: trx })
    .where('project_id', project.id)
    .preload('server')
  return placements.sort(
    (one, other) =>
      one.role.localeCompare(other.role, 'en') ||
      one.server.name.localeCompare(other.server.name, 'en')
  )
}

/**
 * Where a project is on one of its servers, or else on the first of them.
 */
export async function placementOn(
  project: Pick<Project, 'id' | 'teamId'>,
  serverId?: string
): Promise<Placement> {
  const placements = await placementsOf(project)
  return placements.find((placement) => placement.serverId === serverId) ?? placements[0]
}
