import type { DeployInput, DeployKind, DeployProject, FormerHealth } from '#engine/deploy/input'
import { planDeployment } from '#engine/deploy/plan'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import { keepPlan } from '#app/deployments/plan_outline'
import Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { sourceOf } from '#app/projects/repository_source'
import type Run from '#app/runs/models/run'

export interface PlanInput {
  projectId: string
  releaseId: string
  kind: DeployKind
}

/** What a server does for a project. */
type Place = Required<Pick<DeployInput, 'role' | 'leads' | 'runsWorkers'>> &
  Pick<Placement, 'appPort' | 'editedSite'>

/** What a release is built of and served as, as far as it is known by then. */
type Built = Pick<Release, 'id' | 'runtime' | 'publicDirectory' | 'commit' | 'settings'>

/**
 * The plan that a run carries out on its server: the project as it is now, its release as it was
 * built. A deployment keeps it.
 */
export async function planOf(run: Run, { projectId, releaseId, kind }: PlanInput) {
  const project = await Project.within(run)
    .where('id', projectId)
    .preload('variables')
    .preload('processes', (processes) => processes.orderBy('name'))
    .firstOrFail()
  const release = await Release.within(run).where('id', releaseId).firstOrFail()
  const row = await DeploymentRun.within(run).where('run_id', run.id).first()
  const deployment = row && (await Deployment.within(run).where('id', row.deploymentId).first())
  const input = await deployInput(project, release, {
    kind,
    // As it was agreed when the deployment began.
    place: row ? await agreedPlace(row, projectId) : await placeOf(project, run.serverId),
    barriers: deployment?.rollout === 'together',
  })
  const plan = planDeployment({ ...input, former: row && (await formerHealth(row)) })
  if (deployment) await keepPlan(deployment, plan, project)
  return plan
}

/** What the release that a server served before was built to answer; null where nobody wrote it down. */
async function formerHealth(row: DeploymentRun): Promise<FormerHealth | null> {
  const former = await Release.within(row)
    .where('id', row.formerReleaseId ?? '')
    .first()
  if (!former?.settings) return null
  const { healthPath, healthCodes, healthText, healthAnswerSeconds } = former.settings
  return { healthPath, healthCodes, healthText, healthAnswerSeconds }
}

/** What a server does in a deployment, as it was when that began, whatever was changed since. */
async function agreedPlace(row: DeploymentRun, projectId: string): Promise<Place> {
  const { deploymentId, teamId } = row
  const rows = await DeploymentRun.within({ teamId }).where('deployment_id', deploymentId)
  const haveWorkers = rows.some(({ role }) => role === 'worker')
  const leads = row.position === 0
  const runsWorkers = haveWorkers ? row.role === 'worker' : leads
  const editedSite = await decidedAt(row, projectId)
  return { role: row.role, appPort: row.appPort, leads, runsWorkers, editedSite }
}

/** What was decided about the server's site, by now. */
async function decidedAt({ teamId, serverId }: DeploymentRun, projectId: string) {
  const placement = await Placement.within({ teamId })
    .where({ projectId, serverId: serverId ?? '' })
    .first()
  return placement?.editedSite ?? null
}

/**
 * What the engine knows the release by that is live on one server of a project; null when none is.
 */
export async function liveInputOf(project: Project, serverId: string): Promise<DeployInput | null> {
  const placements = await placementsOf(project)
  const placement = placements.find((each) => each.serverId === serverId)
  if (!placement?.liveReleaseId) return null
  await project.load('variables')
  await project.load('processes')
  const release = await Release.within(project).where('id', placement.liveReleaseId).firstOrFail()
  const place = await placeOf(project, serverId)
  return deployInput(project, release, { kind: 'restart', place })
}

/**
 * What a server does for a project, or the first of its servers. Commands that run once run on the
 * first. Further processes run on the servers that only work, or where there is none on the first.
 */
export async function placeOf(project: Project, serverId?: string): Promise<Place> {
  const placements = await placementsOf(project)
  const [first] = placements
  const here = placements.find((each) => each.serverId === serverId) ?? first
  const leads = here === first
  const haveWorkers = placements.some(({ role }) => role === 'worker')
  const runsWorkers = haveWorkers ? here.role === 'worker' : leads
  const { role, appPort, editedSite } = here
  return { role, appPort, editedSite, leads, runsWorkers }
}

/**
 * A deployment on one server as the engine takes it.
 *
 * @param project with its variables and processes
 */
export async function deployInput(
  project: Project,
  release: Built,
  { kind, place, barriers }: { kind: DeployKind; place: Place; barriers?: boolean }
): Promise<DeployInput> {
  const { appPort, editedSite, ...duties } = place
  return {
    ...{ kind, releaseId: release.id, ...duties, barriers },
    project: { ...(await deployProject(project, release, appPort)), editedSite },
  }
}

async function deployProject(
  project: Project,
  release: Built,
  appPort: number
): Promise<DeployProject> {
  const built = release.settings ?? project
  return {
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
    appPort,
    healthPath: built.healthPath,
    healthTimeoutSeconds: built.healthTimeoutSeconds,
    healthCodes: built.healthCodes,
    healthText: built.healthText,
    healthAnswerSeconds: built.healthAnswerSeconds,
    keepReleases: project.keepReleases,
    environment: Object.fromEntries(project.variables.map(({ key, given }) => [key, given])),
  }
}
