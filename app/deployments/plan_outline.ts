import { ulid } from 'ulid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { planDeployment } from '#engine/deploy/plan'
import { outlineOf } from '#engine/detached/script'
import { GrammarError } from '#engine/system/grammar'
import { deployInput } from '#app/deployments/deployment_run'
import type Deployment from '#app/deployments/models/deployment'
import DeploymentPlan, { type PlannedStep } from '#app/deployments/models/deployment_plan'
import type Release from '#app/deployments/models/release'
import type Project from '#app/projects/models/project'

type Which = Pick<Release, 'id' | 'runtime' | 'publicDirectory'>

/**
 * The steps of a deployment as people read them before it runs, with the project's own commands
 * where those are run; null while something stands between the project and its deployment.
 *
 * @param release the one that is rolled back to
 */
export async function plannedSteps(
  project: Project,
  release: Which | null,
  kind: Deployment['kind'],
  commit: string | null
): Promise<PlannedStep[] | null> {
  // What is in the variables is of no interest here: their names are.
  if (!project.$preloaded.variables) await project.load('variables')
  const which = release ?? { id: ulid(), runtime: null, publicDirectory: null }
  const input = await deployInput(project, which, { kind, commit })
  const own: Record<string, string | null> = {
    build: project.buildCommands,
    start: project.startCommand,
  }
  try {
    return outlineOf(planDeployment(input).steps).map(({ name, title, commands }) => ({
      title,
      commands: [...(own[name] ?? '').split('\n'), ...commands].filter((line) => line.trim()),
    }))
  } catch (error) {
    if (error instanceof GrammarError) return null
    throw error
  }
}

/**
 * Keeps with a deployment what it is going to do. One that cannot be planned has nothing to keep:
 * its run says why.
 */
export async function keepPlan(
  { teamId, id: deploymentId }: Deployment,
  steps: PlannedStep[] | null,
  commit: string | null,
  trx: TransactionClientContract
): Promise<void> {
  if (steps === null) return
  await DeploymentPlan.create({ teamId, deploymentId, commit, steps }, { client: trx })
}
