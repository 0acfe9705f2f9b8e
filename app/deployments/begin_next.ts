import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { advance } from '#app/deployments/advance'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import type Release from '#app/deployments/models/release'
import { settingsOf } from '#app/deployments/new_release'
import { waitingOf } from '#app/deployments/waiting'
import type Placement from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { runAloneOf } from '#app/projects/runs_alone'

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
  const active = Deployment.within(project, { client: trx }).where('active_project_id', project.id)
  if (await active.first()) return null
  // What waits for it is found by the regular look once it has ended.
  if (await runAloneOf(project, trx)) return null
  const [next] = await waitingOf(project, trx)
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

/** A release is built as the project's settings are when it begins; a commit that was named stays. */
async function takeSettings(release: Release, project: Project, trx: TransactionClientContract) {
  const branch = release.commit === null ? project.branch : release.branch
  await release
    .useTransaction(trx)
    .merge({ ...settingsOf(project), branch })
    .save()
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
