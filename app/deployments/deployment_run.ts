import { explainFailure } from '#engine/deploy/explain_failure'
import { compileDeployment, planDeployment } from '#engine/deploy/plan'
import { settleDeployment } from '#app/deployments/settle_deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type { DeploymentKind } from '#app/deployments/models/deployment'
import { gitHostOf, knownHostsLines } from '#app/projects/git_hosts'
import Project from '#app/projects/models/project'
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
  const gitHost = await gitHostOf(project)
  return planDeployment({
    kind,
    releaseId,
    role: place.role,
    barriers: deployment.rollout === 'together',
    project: {
      id: project.id,
      slug: project.slug,
      unixUser: project.unixUser,
      repositoryUrl: project.repositoryUrl,
      branch: project.branch,
      // Of a release that is not built yet, the commit that was announced or that another server found.
      commit: release.commit,
      deployKey: project.deployKey,
      knownHosts: gitHost && knownHostsLines(gitHost),
      runtime: release.runtime ?? project.runtime,
      buildCommands: project.buildCommands,
      startCommand: project.startCommand,
      publicDirectory: release.runtime ? release.publicDirectory : project.publicDirectory,
      domain: project.domain,
      listenPort: project.listenPort,
      appPort: place.appPort,
      healthPath: project.healthPath,
      healthTimeoutSeconds: project.healthTimeoutSeconds,
      keepReleases: project.keepReleases,
      environment: Object.fromEntries(project.variables.map(({ key, given }) => [key, given])),
    },
  })
}
