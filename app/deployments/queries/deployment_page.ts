import { historyOf } from '#app/activity/queries/history'
import type Deployment from '#app/deployments/models/deployment'
import { plannedFor } from '#app/deployments/queries/planned'
import { runPage } from '#app/runs/queries/run_page'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a deployment shows: the deployment, its run with steps and log, whether its
 * release is the live one now.
 */
export async function deploymentPage(scope: Scope, deployment: Deployment) {
  const page = await runPage(deployment.run)
  return {
    ...page,
    deployment,
    project: deployment.project,
    history: await historyOf(scope, [
      { type: 'deployment', id: deployment.id },
      { type: 'run', id: deployment.runId },
    ]),
    ...(await plannedFor(scope, deployment)),
    isLive:
      deployment.state === 'live' && deployment.project.liveReleaseId === deployment.releaseId,
  }
}
