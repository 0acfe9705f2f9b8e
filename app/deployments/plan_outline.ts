import { ulid } from 'ulid'
import { planDeployment, type DeployPlan } from '#engine/deploy/plan'
import { outlineOf } from '#engine/detached/script'
import { GrammarError } from '#engine/system/grammar'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import type Deployment from '#app/deployments/models/deployment'
import DeploymentPlan, { type PlannedStep } from '#app/deployments/models/deployment_plan'
import { deployInput, placeOf } from '#app/deployments/plan_of'
import type Project from '#app/projects/models/project'

/** Of a release that is yet to be made. */
export const NOTHING_BUILT = { runtime: null, publicDirectory: null, commit: null, settings: null }

/**
 * The steps of the next deployment as people read them before it runs, with the project's own
 * commands where those are run; null while something stands between the project and its deployment.
 *
 * @param project with its placements, processes and variables, whose names alone are of interest
 */
export async function plannedSteps(
  project: Project,
  commit: string | null
): Promise<PlannedStep[] | null> {
  const barriers = project.placements.length > 1 && project.rollout === 'together'
  const release = { ...NOTHING_BUILT, id: ulid(), commit }
  const place = await placeOf(project)
  const input = await deployInput(project, release, { kind: 'deploy', place, barriers })
  try {
    return stepsOf(planDeployment(input), project)
  } catch (error) {
    if (error instanceof GrammarError) return null
    throw error
  }
}

/**
 * Keeps with a deployment what it is going to do, as its first server was told.
 */
export async function keepPlan(
  { id: deploymentId, teamId }: Deployment,
  plan: DeployPlan,
  project: Project
): Promise<void> {
  const kept = await DeploymentPlan.within({ teamId }).where('deployment_id', deploymentId).first()
  if (kept) return
  const steps = stepsOf(plan, project)
  await DeploymentPlan.create({ teamId, deploymentId, steps }).catch((error) => {
    // Another server of it was told in the same moment.
    if (!isUniqueViolation(error)) throw error
  })
}

function stepsOf({ steps }: DeployPlan, project: Project): PlannedStep[] {
  const own: Record<string, string | null> = {
    build: project.buildCommands,
    start: project.runtime === 'process' ? project.startCommand : null,
  }
  return outlineOf(steps).map(({ name, title, commands }) => ({
    title,
    commands: [...(own[name] ?? '').split('\n'), ...commands].filter((line) => line.trim()),
  }))
}
