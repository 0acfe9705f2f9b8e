import type { DeployInput } from '#engine/deploy/input'
import { explainFailure } from '#engine/deploy/explain_failure'
import { compileDeployment, planDeployment } from '#engine/deploy/plan'
import { settleDeployment } from '#app/deployments/settle_deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type { DeploymentKind } from '#app/deployments/models/deployment'
import { keepPlan } from '#app/deployments/plan_outline'
import Project from '#app/projects/models/project'
import { sourceOf } from '#app/projects/repository_source'
import { outlineOf } from '#engine/detached/script'
import type { RunHandler } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'

/**
 * What the run of a deployment is about.
 */
export interface DeploymentInput extends Record<string, unknown> {
  projectId: string
  releaseId: string
  kind: DeploymentKind
}

/**
 * Runs that make a release live.
 */
export const deploymentRun: RunHandler = {
  kind: 'deployment',
  label: 'Deployments',

  async compile(run) {
    const plan = await planOf(run)
    return {
      body: compileDeployment(plan, { nonce: run.nonce }),
      steps: outlineOf(plan.steps),
      secrets: plan.secrets,
    }
  },

  explain(_, end) {
    const words = explainFailure({
      step: end.failedStep?.name ?? null,
      rc: end.exitCode,
      tail: end.tail,
    })
    return { ...words, command: words.command ?? end.failedCommand }
  },

  settle: settleDeployment,
}

async function planOf(run: Run) {
  const { projectId, releaseId, kind } = run.input as DeploymentInput
  const project = await Project.within(run)
    .where('id', projectId)
    .preload('variables')
    .firstOrFail()
  const release = await Release.within(run).where('id', releaseId).firstOrFail()
  const place = await DeploymentRun.within(run).where('run_id', run.id).firstOrFail()
  const deployment = await Deployment.within(run).where('id', place.deploymentId).firstOrFail()
  const { role, appPort } = place
  const barriers = deployment.rollout === 'together'
  const input = await deployInput(project, release, { kind, role, appPort, barriers })
  const plan = planDeployment(input)
  await keepPlan(deployment, plan, project)
  return plan
}

/**
 * A deployment on one server as the engine takes it.
 *
 * @param project with its variables
 * @param release which one, and as what it was built when it was
 */
export async function deployInput(
  project: Project,
  release: Pick<Release, 'id' | 'runtime' | 'publicDirectory' | 'commit'>,
  {
    kind,
    role,
    appPort,
    barriers,
  }: Pick<DeployInput, 'kind' | 'role' | 'barriers'> & { appPort: number }
): Promise<DeployInput> {
  return {
    kind,
    role,
    barriers,
    releaseId: release.id,
    project: {
      id: project.id,
      slug: project.slug,
      unixUser: project.unixUser,
      ...(await sourceOf(project)),
      sourceDirectory: project.sourceDirectory,
      // Of a release that is not built yet, the commit that was announced or that another server found.
      commit: release.commit,
      runtime: release.runtime ?? project.runtime,
      buildCommands: project.buildCommands,
      startCommand: project.startCommand,
      publicDirectory: release.runtime ? release.publicDirectory : project.publicDirectory,
      domain: project.domain,
      listenPort: project.listenPort,
      appPort,
      healthPath: project.healthPath,
      healthTimeoutSeconds: project.healthTimeoutSeconds,
      keepReleases: project.keepReleases,
      environment: Object.fromEntries(project.variables.map(({ key, given }) => [key, given])),
    },
  }
}
