import { historyOf } from '#app/activity/queries/history'
import Deployment from '#app/deployments/models/deployment'
import { runPage } from '#app/runs/queries/run_page'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a deployment shows: the deployment, its run with steps and log, whether its
 * release is the live one now, and how many wait for its end.
 */
export async function deploymentPage(scope: Scope, deployment: Deployment) {
  const page = await runPage(deployment.run)
  return {
    ...page,
    deployment,
    project: deployment.project,
    history: await historyOf(scope, [
      { type: 'deployment', id: deployment.id },
      { type: 'run', id: deployment.run.id },
    ]),
    isLive:
      deployment.state === 'live' && deployment.project.liveReleaseId === deployment.releaseId,
    next: deployment.isActive ? await waitingOf(scope, deployment).first() : null,
  }
}

/**
 * What the page of a deployment without a run shows: what it waits for and how many are before it.
 */
export async function waitingPage(scope: Scope, deployment: Deployment) {
  const { project, projectId } = deployment
  const before = await Deployment.within(scope).where('active_project_id', projectId).first()
  const ahead = await waitingOf(scope, deployment).where('id', '<', deployment.id)
  const history = await historyOf(scope, [{ type: 'deployment', id: deployment.id }])
  return { deployment, project, before, ahead: ahead.length, history }
}

function waitingOf(scope: Scope, { projectId }: Deployment) {
  return Deployment.within(scope)
    .where({ projectId, state: 'waiting' })
    .orderBy('created_at')
    .orderBy('id')
}
