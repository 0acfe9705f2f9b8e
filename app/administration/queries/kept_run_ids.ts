import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'

/** Of how many deployments of a project the logs stay, however old. */
export const KEPT_DEPLOYMENTS = 10

/**
 * Those runs of the same projects whose logs stay: of the deployments of a project's live release,
 * and of its last ten.
 */
export async function keptRunIds(
  runIds: readonly string[],
  client: TransactionClientContract
): Promise<Set<string>> {
  const deployed = await Deployment.acrossTeams({ client })
    .whereIn('run_id', [...runIds])
    .select('project_id')
    .distinct()
  const projects = await Project.acrossTeams({ client }).whereIn(
    'id',
    deployed.map(({ projectId }) => projectId)
  )
  const kept = new Set<string>()
  for (const { id, liveReleaseId } of projects) {
    const latest = await Deployment.acrossTeams({ client })
      .where('project_id', id)
      .whereNotNull('run_id')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(KEPT_DEPLOYMENTS)
    const live = await Deployment.acrossTeams({ client })
      .where('project_id', id)
      .where('release_id', liveReleaseId ?? '')
    for (const { runId } of [...latest, ...live]) if (runId) kept.add(runId)
  }
  return kept
}
