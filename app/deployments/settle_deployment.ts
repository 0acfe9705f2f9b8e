import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isCommit } from '#engine/system/grammar'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import type { DeploymentState } from '#app/deployments/states'
import Project from '#app/projects/models/project'
import type { RunEnd } from '#app/runs/run_handler'
import type Run from '#app/runs/models/run'

/**
 * Applies the end of a deployment's run: how the deployment ended, what became of its release,
 * which release is live, and which releases the server no longer has; on record, too. Nothing,
 * when the project was removed meanwhile.
 */
export async function settleDeployment(run: Run, end: RunEnd, trx: TransactionClientContract) {
  const client = { client: trx }
  const deployment = await Deployment.within(run, client).where('run_id', run.id).first()
  if (!deployment) return
  const release = await Release.within(run, client).where('id', deployment.releaseId).firstOrFail()
  const now = Date.now()
  const state = stateOf(end)

  // The project first, as whoever begins a deployment of it: in another order the two could wait
  // for each other.
  if (state === 'live') {
    await Project.within(run, client)
      .where('id', deployment.projectId)
      .update({ live_release_id: release.id, updated_at: now })
  }
  await Deployment.within(run, client)
    .where('id', deployment.id)
    .update({
      state,
      migrations: migrationsOf(end),
      active_project_id: null,
      finished_at: now,
      updated_at: now,
    })
  await Release.within(run, client)
    .where('id', release.id)
    .update({
      commit: isCommit(end.results.commit) ? end.results.commit : release.commit,
      commit_author: (end.results.author ?? release.commitAuthor)?.slice(0, 120),
      commit_subject: (end.results.subject ?? release.commitSubject)?.slice(0, 200),
      updated_at: now,
      ...releaseAfter(state, release, now),
    })
  if (state === 'live') await noteRemoved(run, deployment.projectId, end.results.kept, trx)
  await recordEnd(run, deployment, state, end, trx)
}

async function recordEnd(
  run: Run,
  deployment: Deployment,
  state: DeploymentState,
  end: RunEnd,
  trx: TransactionClientContract
) {
  const project = await Project.within(run, { client: trx })
    .where('id', deployment.projectId)
    .preload('server')
    .firstOrFail()
  await recordActivity(
    systemOrigin(run.teamId),
    {
      action: `deployment.${state}`,
      subject: { type: 'deployment', id: deployment.id, name: project.name },
      details: {
        server: project.server.name,
        ...(isCommit(end.results.commit) ? { commit: end.results.commit.slice(0, 7) } : {}),
        ...(end.failedStep ? { step: end.failedStep.title } : {}),
      },
      runs: [run.id],
    },
    trx
  )
}

function stateOf(end: RunEnd): DeploymentState {
  if (end.state === 'succeeded') return 'live'
  if (end.state === 'cancelled' || end.state === 'lost') return end.state
  return end.outcome === 'rolled_back' ? 'rolled_back' : 'failed'
}

/** They were announced before they began, so that an end nobody saw is known as such. */
function migrationsOf(end: RunEnd) {
  if (end.results.migrations === 'ran') return 'ran'
  if (end.results.migrations !== 'running') return null
  return end.failedStep?.name === 'before' ? 'failed' : 'unknown'
}

function releaseAfter(state: DeploymentState, release: Release, now: number) {
  if (state === 'live') return { state: 'good', live_at: now }
  return release.state === 'building' ? { state: 'bad' } : {}
}

/** Releases that were good but are not among those the server says it kept. */
async function noteRemoved(
  run: Run,
  projectId: string,
  kept: string | undefined,
  trx: TransactionClientContract
) {
  const ids = (kept ?? '').split(/[\s,]+/).filter((id) => /^[0-9A-Z]{26}$/.test(id))
  if (ids.length === 0) return
  await Release.within(run, { client: trx })
    .where({ projectId, state: 'good' })
    .whereNotIn('id', ids)
    .update({ state: 'removed', updated_at: Date.now() })
}
