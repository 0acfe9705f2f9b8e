import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { advance } from '#app/deployments/advance'
import { holdDeployment } from '#app/deployments/hold_deployment'
import type Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import { noteCommit } from '#app/deployments/note_commit'
import type { PlaceState } from '#app/deployments/states'
import Placement from '#app/projects/models/placement'
import type { RunEnd } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'

/**
 * Applies the end of a run to its deployment on that server: how it ended there, what is live there,
 * which releases the server keeps. Then the deployment goes on, or ends with its last server: the
 * transaction that ends one run begins the next. Nothing, when the project was removed meanwhile.
 */
export async function settleDeployment(run: Run, end: RunEnd, trx: TransactionClientContract) {
  const known = await DeploymentRun.within(run, { client: trx }).where('run_id', run.id).first()
  const deployment = known && (await holdDeployment(known.deploymentId, trx))
  if (!deployment) return
  const row = await DeploymentRun.within(run, { client: trx }).where('id', known.id).firstOrFail()
  if (row.state !== 'running') return
  const state = stateOf(row, end)
  await row
    .useTransaction(trx)
    .merge({ state, note: noteOf(row, end, state), failedStep: end.failedStep?.title ?? null })
    .save()
  if (!row.returns) {
    await noteCommit(deployment, end.results, trx)
    await noteMigrations(deployment, end, trx)
  }
  await notePlacement(deployment, row, end, trx)
  await advance(deployment, trx)
}

/** Once a release is kept nothing takes it back: what is cancelled or late after that is live. */
function wentLive({ state, outcome }: RunEnd): boolean {
  return state === 'succeeded' || outcome === 'live'
}

/** They were announced before they began, so that an end nobody saw is known as such. */
async function noteMigrations(deployment: Deployment, end: RunEnd, trx: TransactionClientContract) {
  const said = end.results.migrations
  if (said !== 'ran' && said !== 'running') return
  const failed = end.failedStep?.name === 'before' ? 'failed' : 'unknown'
  const migrations = said === 'ran' ? 'ran' : failed
  await trx.from('deployments').where('id', deployment.id).update({ migrations })
}

function stateOf(row: DeploymentRun, end: RunEnd): PlaceState {
  if (row.returns) return wentLive(end) ? 'rolled_back' : 'live'
  if (wentLive(end)) return 'live'
  if (end.state === 'lost') return 'lost'
  if (end.state === 'cancelled') return 'cancelled'
  return end.outcome === 'rolled_back' || end.outcome === 'stopped' ? end.outcome : 'failed'
}

/** Goes on after the server's name; null when there is nothing to explain. */
function noteOf(row: DeploymentRun, end: RunEnd, state: PlaceState): string | null {
  if (row.returns) return wentLive(end) ? 'went back' : 'could not go back'
  if (state === 'live' || state === 'stopped') return null
  if (state === 'cancelled') return 'was cancelled'
  if (state === 'lost') return 'was lost sight of'
  if (end.state === 'timed_out') return 'took longer than it may'
  return end.failedStep ? `failed at “${end.failedStep.title}”` : 'could not be reached'
}

async function notePlacement(
  deployment: Deployment,
  row: DeploymentRun,
  end: RunEnd,
  trx: TransactionClientContract
) {
  const placement = await Placement.within(deployment, { client: trx })
    .where({ projectId: deployment.projectId, serverId: row.serverId ?? '' })
    .first()
  if (!placement || !wentLive(end)) return
  const liveReleaseId = row.returns ? row.formerReleaseId : deployment.releaseId
  await placement
    .useTransaction(trx)
    .merge({ liveReleaseId, ...answerOf(end) })
    .save()
  await noteKept(placement.id, liveReleaseId!, end.results.kept, trx)
}

/** How the site answered through nginx, as the server says; nothing of a server that only works. */
function answerOf({ results }: RunEnd) {
  const number = (text = '') => (/^\d{1,6}$/.test(text) ? Number(text) : null)
  const answerStatus = number(results.verify_status)
  const answeredAt = answerStatus === null ? null : DateTime.utc()
  return { answerStatus, answerMs: number(results.verify_ms), answeredAt }
}

/** What the server says it kept, and the live one whatever it says. */
async function noteKept(
  placementId: string,
  live: string,
  kept: string | undefined,
  trx: TransactionClientContract
) {
  const ids = (kept ?? '').split(/[\s,]+/).filter((id) => /^[0-9A-Z]{26}$/.test(id))
  const rows = () => trx.from('placement_releases').where('placement_id', placementId)
  if (ids.length > 0)
    await rows()
      .whereNotIn('release_id', [...ids, live])
      .delete()
  if (await rows().where('release_id', live).first()) return
  await trx.table('placement_releases').insert({ placement_id: placementId, release_id: live })
}
