import type Deployment from '#app/deployments/models/deployment'
import { runPage } from '#app/runs/queries/run_page'

/**
 * What the page of a deployment shows: the deployment, its run with steps and log, whether its
 * release is the live one now.
 */
export async function deploymentPage(deployment: Deployment) {
  const page = await runPage(deployment.run)
  return {
    ...page,
    deployment,
    project: deployment.project,
    isLive:
      deployment.state === 'live' && deployment.project.liveReleaseId === deployment.releaseId,
  }
}
