import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { advance } from '#app/deployments/advance'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import type Release from '#app/deployments/models/release'
import { settingsOf } from '#app/deployments/new_release'
import type Placement from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'

/**
 * Begins the deployment of a project that has waited longest, when none is active, on the servers
 * that the project has by then. Rows alone decide, so that anyone may call it at any time, holding
 * the project (`holdProject`).
 *
 * @returns the deployment that begins, or null
 */
export async function beginNext(
  project: Project,
  trx: TransactionClientContract
): Promise<Deployment | null> {
  const of = () => Deployment.within(project, { client: trx }).where('project_id', project.id)
  if (await of().where('active_project_id', project.id).first()) return null
  if (await hasOther(project, trx)) return null
  const next = await of()
    .where('state', 'waiting')
    .preload('release')
    .orderBy('created_at')
    .orderBy('id')
    .first()
  if (!next) return null
  if (next.kind === 'deploy') await takeSettings(next.release, project, trx)
  const placements = await placementsOf(project, trx)
  const rollout = placements.length > 1 ? project.rollout : null
  next.merge({ state: 'active', activeProjectId: project.id })
  next.merge({ rollout, phase: rollout === 'together' ? 'build' : null })
  await next.useTransaction(trx).save()
  await DeploymentRun.createMany(
    placements.map((placement, position) => rowOf(next, placement, position)),
    { client: trx }
  )
  next.$setRelated('project', project)
  await advance(next, trx)
  return next
}

/** Kinds of runs that have a project's servers to themselves, as a deployment has. */
const OTHERS = ['project.processes', 'project.removal']

/** What waits for them is found by the regular look once they have ended. */
async function hasOther({ id }: Project, trx: TransactionClientContract): Promise<boolean> {
  const run = await trx
    .from('runs')
    .where('project_id', id)
    .whereIn('kind', OTHERS)
    .whereIn('state', ['queued', 'running'])
    .first()
  return Boolean(run)
}

/** A release is built as the project's settings are when it begins. */
async function takeSettings(release: Release, project: Project, trx: TransactionClientContract) {
  await release.useTransaction(trx).merge(settingsOf(project)).save()
}

function rowOf({ id, teamId }: Deployment, placement: Placement, position: number) {
  return {
    teamId,
    deploymentId: id,
    position,
    serverId: placement.serverId,
    serverName: placement.server.name,
    role: placement.role,
    appPort: placement.appPort,
    runId: null,
    state: 'waiting' as const,
    note: null,
    failedStep: null,
    formerReleaseId: placement.liveReleaseId,
    returns: false,
    told: null,
  }
}
