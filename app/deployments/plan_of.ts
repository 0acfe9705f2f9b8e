import type { DeployInput, DeployKind, DeployProject } from '#engine/deploy/input'
import { planDeployment } from '#engine/deploy/plan'
import Release from '#app/deployments/models/release'
import { gitHostOf, knownHostsLines } from '#app/projects/git_hosts'
import Project from '#app/projects/models/project'
import type Run from '#app/runs/models/run'

export interface PlanInput {
  projectId: string
  releaseId: string
  kind: DeployKind
}

/**
 * The plan that a run carries out: the project as it is now, its release as it was built.
 */
export async function planOf(run: Run, { projectId, releaseId, kind }: PlanInput) {
  const project = await Project.within(run)
    .where('id', projectId)
    .preload('variables')
    .preload('processes', (processes) => processes.orderBy('name'))
    .firstOrFail()
  const release = await Release.within(run).where('id', releaseId).firstOrFail()
  return planDeployment({ kind, releaseId, project: await deployProject(project, release) })
}

/**
 * What the engine knows the live release of a project by; null when nothing is live.
 */
export async function deployInputOf(project: Project): Promise<DeployInput | null> {
  if (!project.liveReleaseId) return null
  await project.load('variables')
  await project.load('processes')
  const release = await Release.within(project).where('id', project.liveReleaseId).firstOrFail()
  return {
    kind: 'restart',
    releaseId: release.id,
    project: await deployProject(project, release),
  }
}

async function deployProject(project: Project, release: Release): Promise<DeployProject> {
  const gitHost = await gitHostOf(project)
  const built = release.settings ?? project
  return {
    id: project.id,
    slug: project.slug,
    unixUser: project.unixUser,
    repositoryUrl: project.repositoryUrl,
    branch: project.branch,
    deployKey: project.deployKey,
    knownHosts: gitHost && knownHostsLines(gitHost),
    runtime: release.runtime ?? project.runtime,
    buildCommands: project.buildCommands,
    startCommand: project.startCommand,
    publicDirectory: release.runtime ? release.publicDirectory : project.publicDirectory,
    phpVersion: built.phpVersion,
    phpFiles: built.phpFiles,
    phpWorkers: project.phpWorkers,
    processes: project.processes.map((process) => process.asSettings),
    processesFrom: project.processesFrom,
    sharedDirectories: project.sharedDirectories ?? [],
    sharedFiles: project.sharedFiles ?? [],
    beforeSwitch: project.beforeSwitch,
    afterSwitch: project.afterSwitch,
    domain: project.domain,
    listenPort: project.listenPort,
    appPort: project.appPort,
    healthPath: built.healthPath,
    healthTimeoutSeconds: built.healthTimeoutSeconds,
    healthCodes: built.healthCodes,
    healthText: built.healthText,
    healthAnswerSeconds: built.healthAnswerSeconds,
    editedSite: project.editedSite,
    keepReleases: project.keepReleases,
    environment: Object.fromEntries(project.variables.map(({ key, value }) => [key, value])),
  }
}
