import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { aftermathOf } from '#app/deployments/aftermath'
import { beginNext } from '#app/deployments/begin_next'
import { holdProject } from '#app/deployments/hold_project'
import { recordBegin } from '#app/deployments/record_queue'
import type Deployment from '#app/deployments/models/deployment'
import type DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import type { DeploymentState } from '#app/deployments/states'
import { tellOfEnd } from '#app/deployments/tell_of_end'
import Project from '#app/projects/models/project'
import { serverNames } from '#app/projects/server_names'

/**
 * Ends a deployment whose servers are all done: how it ended, what became of its release, which
 * release is live; on record, too, and told to people when it went wrong. The next one that waits
 * begins.
 */
export async function endDeployment(
  deployment: Deployment,
  rows: readonly DeploymentRun[],
  trx: TransactionClientContract
): Promise<void> {
  const client = { client: trx }
  const release = await Release.within(deployment, client)
    .where('id', deployment.releaseId)
    .firstOrFail()
  const state = stateOf(deployment, rows)
  const now = Date.now()
  if (state === 'live') {
    await Project.within(deployment, client)
      .where('id', deployment.projectId)
      .update({ live_release_id: release.id, updated_at: now })
  }
  const critical = state === 'partial' || aftermathOf(rows) !== null
  await trx
    .from('deployments')
    .where('id', deployment.id)
    .update({ state, critical, active_project_id: null, finished_at: now, updated_at: now })
  Object.assign(deployment, { state, critical })
  await Release.within(deployment, client)
    .where('id', release.id)
    .update({ ...releaseAfter(rows, release, now), updated_at: now })
  await noteRemoved(deployment, trx)
  const project = await holdProject(deployment.projectId, trx)
  const next = project && (await beginNext(project, trx))
  await tellOfEnd(deployment, release, rows, trx)
  await recordEnd(deployment, release, rows, trx)
  if (next) await recordBegin(next, project, trx)
}

/** Servers that serve different releases are said to, whatever else happened. */
function stateOf(deployment: Deployment, rows: readonly DeploymentRun[]): DeploymentState {
  const states = new Set(rows.map(({ state }) => state))
  if (states.has('live')) return states.size === 1 ? 'live' : 'partial'
  if (deployment.phase === 'revert' && rows.some(isUnclear)) return 'partial'
  if (states.has('lost')) return 'lost'
  if (states.has('failed') && rows.length === 1) return 'failed'
  if (deployment.cancelRequestedAt || states.has('cancelled')) return 'cancelled'
  return states.has('rolled_back') ? 'rolled_back' : 'failed'
}

/** Failed, and did not say that all it had done is undone. */
function isUnclear({ state, formerReleaseId, run }: DeploymentRun): boolean {
  const undone = run?.outcome === 'failed' && run.results.not_undone === undefined
  return state === 'failed' && formerReleaseId !== null && !undone
}

function releaseAfter(rows: readonly DeploymentRun[], release: Release, now: number) {
  if (rows.some(({ state }) => state === 'live')) return { state: 'good', live_at: now }
  return release.state === 'building' ? { state: 'bad' } : {}
}

/** Releases that were good and that no server of the project keeps any more. */
async function noteRemoved({ teamId, projectId }: Deployment, trx: TransactionClientContract) {
  await Release.within({ teamId }, { client: trx })
    .where({ projectId, state: 'good' })
    .whereNotIn('id', trx.from('placement_releases').select('release_id'))
    .update({ state: 'removed', updated_at: Date.now() })
}

async function recordEnd(
  deployment: Deployment,
  release: Release,
  rows: readonly DeploymentRun[],
  trx: TransactionClientContract
) {
  const failed = rows.find(({ failedStep }) => failedStep !== null)
  await recordActivity(
    systemOrigin(deployment.teamId),
    {
      action: `deployment.${deployment.state}`,
      subject: { type: 'deployment', id: deployment.id, name: deployment.project.name },
      details: {
        server: serverNames(rows.map(({ serverName }) => serverName)),
        ...(release.shortCommit ? { commit: release.shortCommit } : {}),
        ...(failed ? { step: failed.failedStep } : {}),
        ...(rows.length > 1 && deployment.stopReason ? { because: deployment.stopReason } : {}),
      },
      runs: rows.flatMap(({ runId }) => runId ?? []),
    },
    trx
  )
}
