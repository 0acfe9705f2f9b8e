import { readCommits } from '#engine/deploy/commits'
import type Deployment from '#app/deployments/models/deployment'
import DeploymentPlan from '#app/deployments/models/deployment_plan'
import type Run from '#app/runs/models/run'
import type { Scope } from '#app/teams/scope'

/**
 * What a deployment was going to do, and the commits that it brought: those that its release has
 * and the one that was live before has not.
 */
export async function plannedFor(scope: Scope, deployment: Deployment, run: Run | null) {
  const results = run?.results ?? {}
  const plan = await DeploymentPlan.within(scope).where('deployment_id', deployment.id).first()
  return { plan, brought: readCommits(results), takenBack: takenBack(results) }
}

/**
 * How many commits of the live release a run said would be, or were, taken back.
 */
export function takenBack(results: Readonly<Record<string, string>>): number {
  return /^\d{1,9}$/.test(results.taken_back ?? '') ? Number(results.taken_back) : 0
}
