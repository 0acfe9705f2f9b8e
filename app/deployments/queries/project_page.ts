import { historyOf } from '#app/activity/queries/history'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import { gitHostOf } from '#app/projects/git_hosts'
import { changedVariables, lastChangeOfVariables } from '#app/deployments/queries/changed_variables'
import { answerOf } from '#app/deployments/queries/project_lines'
import { livePlaces } from '#app/deployments/queries/live_places'
import { migratedSince } from '#app/deployments/queries/migrated_since'
import { releasesOnAll } from '#app/deployments/queries/releases_on_all'
import { timingsOf } from '#app/deployments/queries/timings'
import { phaseWords } from '#app/deployments/words'
import type Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { serverNames } from '#app/projects/server_names'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a project shows, and what stands between it and a deployment.
 *
 * @throws E_ROW_NOT_FOUND when the team has no such project
 */
export async function projectPage(scope: Scope, id: string) {
  const project = await Project.within(scope).where('id', id).firstOrFail()
  const placements = await placementsOf(project)
  project.$setRelated('placements', placements)
  const deployments = await Deployment.within(scope)
    .where('project_id', project.id)
    .preload('release')
    .preload('creator')
    .orderBy('id', 'desc')
    .limit(10)
  const liveRelease = project.liveReleaseId
    ? await Release.within(scope).where('id', project.liveReleaseId).first()
    : null
  const gitHost = await gitHostOf(project)
  return {
    project,
    places: await placesWithReleases(scope, placements),
    deployments,
    timings: await timingsOf(deployments),
    liveRelease,
    live: liveRelease && (await liveOf(scope, project, liveRelease)),
    keptReleases: await releasesOnAll(scope, project, placements),
    migratedSince: await migratedSince(scope, project.id),
    changedVariables: liveRelease ? await changedVariables(project, liveRelease.id) : [],
    variablesChangedAt: await lastChangeOfVariables(project),
    history: await historyOf(scope, [{ type: 'project', id: project.id }]),
    active: await activeOf(scope, project),
    waiting: deployments.filter((deployment) => deployment.isWaiting),
    needs: {
      preparation: placements
        .map(({ server }) => server)
        .filter(({ preparedAt }) => preparedAt === null),
      siteDecision: serverNames(await undecidedSites(scope, placements, deployments[0])),
      gitHost: gitHost !== null && gitHost.hostKeys.length === 0 ? gitHost : null,
    },
  }
}

/** The deployment that made the live release live, how it answered then, and what runs since. */
async function liveOf(scope: Scope, project: Project, release: Release) {
  const deployment = await Deployment.within(scope)
    .where({ projectId: project.id, releaseId: release.id })
    .whereIn('state', ['live', 'partial'])
    .preload('creator')
    .preload('runs', (runs) => runs.preload('run', (run) => run.select('id', 'results')))
    .orderBy('id', 'desc')
    .first()
  const said = deployment?.runs.map(({ run }) => run?.results.processes ?? '') ?? []
  return { deployment, answer: answerOf(project), processes: processesIn(said) }
}

/** How many instances of each process all servers together began, of texts like `web=2,worker=1`. */
function processesIn(said: readonly string[]) {
  const counts = new Map<string, number>()
  for (const part of said.flatMap((text) => text.split(','))) {
    const [, name, count] = /^([a-z0-9_-]{1,24})=(\d{1,3})$/.exec(part) ?? []
    if (name) counts.set(name, (counts.get(name) ?? 0) + Number(count))
  }
  return [...counts].map(([name, count]) => ({ name, count }))
}

/** The deployment under way with its servers, as the stream goes on to tell. */
async function activeOf(scope: Scope, project: Project) {
  const deployment = await Deployment.within(scope)
    .where('active_project_id', project.id)
    .preload('release')
    .preload('creator')
    .preload('runs', (runs) => runs.preload('run', (run) => run.select('id', 'results')))
    .first()
  if (!deployment) return null
  const places = await livePlaces(deployment)
  return { deployment, places, words: phaseWords(deployment) }
}

/** Each server with the release that is live there. */
async function placesWithReleases(scope: Scope, placements: readonly Placement[]) {
  const ids = placements.flatMap(({ liveReleaseId }) => liveReleaseId ?? [])
  const releases = await Release.within(scope).whereIn('id', ids)
  return placements.map((placement) => ({
    placement,
    release: releases.find(({ id }) => id === placement.liveReleaseId) ?? null,
  }))
}

/** The servers where the latest deployment met a site edited by hand that nobody decided about. */
async function undecidedSites(
  scope: Scope,
  placements: readonly Placement[],
  latest: Deployment | undefined
): Promise<string[]> {
  if (!latest) return []
  const rows = await DeploymentRun.within(scope)
    .where('deployment_id', latest.id)
    .preload('run', (run) => run.select('id', 'teamId', 'results'))
  const met = new Map(rows.map(({ serverId, run }) => [serverId, run?.results.site_edited]))
  return placements
    .filter(({ serverId }) => met.get(serverId))
    .filter(({ serverId, editedSite }) => met.get(serverId) !== editedSite?.checksum)
    .map(({ server }) => server.name)
}
