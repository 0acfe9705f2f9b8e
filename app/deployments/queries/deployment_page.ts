import { historyOf } from '#app/activity/queries/history'
import { aftermathOf } from '#app/deployments/aftermath'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import { livePlaces } from '#app/deployments/queries/live_places'
import { timingsOf, usualSteps } from '#app/deployments/queries/timings'
import { toldOf } from '#app/notifications/queries/told'
import { phaseWords } from '#app/deployments/words'
import Run from '#app/runs/models/run'
import { plannedFor } from '#app/deployments/queries/planned'
import { runPage } from '#app/runs/queries/run_page'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a deployment shows: the deployment, its servers with their steps, the run of the
 * chosen one with its log, whether its release is the live one now, and the one
 * that waits for its end. A log is shown to those who see
 * its server or were granted the project.
 *
 * @param chosen id of a row of a server; without it the one that needs looking at
 */
export async function deploymentPage(scope: Scope, deployment: Deployment, chosen?: unknown) {
  const rows = await DeploymentRun.within(scope)
    .where('deployment_id', deployment.id)
    .preload('run', (run) => run.preload('server'))
    .orderBy('position')
  const ids = rows.flatMap(({ runId }) => runId ?? [])
  const visible = await Run.within(scope).whereIn('id', ids).select('id')
  const seen = new Set(visible.map(({ id }) => id))
  // Of a deployment on one server all is shown to who sees the project.
  const open = rows.filter(({ runId }) => runId && (rows.length === 1 || seen.has(runId)))
  const place =
    open.find(({ id }) => id === chosen) ??
    open.find(({ state }) => state === 'failed') ??
    open.find(({ state }) => state === 'running') ??
    open[0] ??
    null
  const releases = await Release.within(scope).whereIn(
    'id',
    rows.flatMap(({ formerReleaseId }) => formerReleaseId ?? [])
  )
  const timings = await timingsOf([deployment])
  return {
    ...(place ? await runPage(place.run) : { run: null, steps: [], log: null }),
    deployment,
    project: deployment.project,
    rows,
    place,
    places: await livePlaces(deployment),
    openIds: new Set(open.map(({ id }) => id)),
    formerOf: new Map(releases.map((release) => [release.id, release])),
    words: phaseWords(deployment),
    aftermath: deployment.critical ? aftermathOf(rows) : null,
    told: deployment.wentWrong
      ? await toldOf(scope, { type: 'deployment', id: deployment.id })
      : null,
    timing: timings.get(deployment.id) ?? null,
    usual: await usualSteps(deployment, place?.serverId ?? null),
    history: await historyOf(scope, [
      { type: 'deployment', id: deployment.id },
      ...ids.map((id) => ({ type: 'run', id })),
    ]),
    ...(await plannedFor(scope, deployment, place?.run ?? rows[0]?.run ?? null)),
    isLive:
      deployment.state === 'live' && deployment.project.liveReleaseId === deployment.releaseId,
    next: deployment.isActive ? await waitingOf(scope, deployment).first() : null,
  }
}

/**
 * What the page of a deployment without a run shows: what it waits for and how many are before it.
 */
export async function waitingPage(scope: Scope, deployment: Deployment) {
  const { project, projectId } = deployment
  const before = await Deployment.within(scope)
    .where('active_project_id', projectId)
    .preload('runs')
    .first()
  const ahead = await waitingOf(scope, deployment).where('id', '<', deployment.id)
  const history = await historyOf(scope, [{ type: 'deployment', id: deployment.id }])
  const runId = before?.runs.find(({ state }) => state === 'running')?.runId ?? null
  return { deployment, project, before, runId, ahead: ahead.length, history }
}

function waitingOf(scope: Scope, { projectId }: Deployment) {
  return Deployment.within(scope)
    .where({ projectId, state: 'waiting' })
    .orderBy('created_at')
    .orderBy('id')
}
