import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
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
    .whereIn(
      'id',
      DeploymentRun.acrossTeams()
        .select('deployment_id')
        .whereIn('run_id', [...runIds])
    )
    .select('project_id')
    .distinct()
  const projects = await Project.acrossTeams({ client }).whereIn(
    'id',
    deployed.map(({ projectId }) => projectId)
  )
  const kept: string[] = []
  for (const { id, liveReleaseId } of projects) {
    const latest = await Deployment.acrossTeams({ client })
      .where('project_id', id)
      .whereIn('id', DeploymentRun.acrossTeams().select('deployment_id'))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(KEPT_DEPLOYMENTS)
    const live = await Deployment.acrossTeams({ client })
      .where('project_id', id)
      .where('release_id', liveReleaseId ?? '')
    kept.push(...[...latest, ...live].map((deployment) => deployment.id))
  }
  const runs = await DeploymentRun.acrossTeams({ client })
    .whereIn('deployment_id', kept)
    .whereIn('run_id', [...runIds])
  return new Set(runs.flatMap(({ runId }) => runId ?? []))
}
