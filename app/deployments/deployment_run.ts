import type { DeployInput } from '#engine/deploy/input'
import { explainFailure } from '#engine/deploy/explain_failure'
import { compileDeployment, planDeployment } from '#engine/deploy/plan'
import { settleDeployment } from '#app/deployments/settle_deployment'
import Release from '#app/deployments/models/release'
import type { DeploymentKind } from '#app/deployments/models/deployment'
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
  /** Exactly this commit of the branch or tag, or none. */
  commit?: string | null
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
  const { projectId, releaseId, kind, commit } = run.input as DeploymentInput
  const project = await Project.within(run)
    .where('id', projectId)
    .preload('variables')
    .firstOrFail()
  const release = await Release.within(run).where('id', releaseId).firstOrFail()
  return planDeployment(await deployInput(project, release, { kind, commit }))
}

/**
 * A deployment as the engine takes it.
 *
 * @param project with its variables
 * @param release which one, and as what it was built when it was
 */
export async function deployInput(
  project: Project,
  release: Pick<Release, 'id' | 'runtime' | 'publicDirectory'>,
  { kind, commit }: Pick<DeploymentInput, 'kind' | 'commit'>
): Promise<DeployInput> {
  return {
    kind,
    releaseId: release.id,
    project: {
      id: project.id,
      slug: project.slug,
      unixUser: project.unixUser,
      ...(await sourceOf(project)),
      sourceDirectory: project.sourceDirectory,
      commit: commit ?? null,
      runtime: release.runtime ?? project.runtime,
      buildCommands: project.buildCommands,
      startCommand: project.startCommand,
      publicDirectory: release.runtime ? release.publicDirectory : project.publicDirectory,
      domain: project.domain,
      listenPort: project.listenPort,
      appPort: project.appPort,
      healthPath: project.healthPath,
      healthTimeoutSeconds: project.healthTimeoutSeconds,
      keepReleases: project.keepReleases,
      environment: Object.fromEntries(project.variables.map(({ key, value }) => [key, value])),
    },
  }
}
