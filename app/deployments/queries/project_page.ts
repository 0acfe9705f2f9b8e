import { historyOf } from '#app/activity/queries/history'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import Release from '#app/deployments/models/release'
import { gitHostOf } from '#app/projects/git_hosts'
import { migratedSince } from '#app/deployments/queries/migrated_since'
import { releasesOnAll } from '#app/deployments/queries/releases_on_all'
import type Placement from '#app/projects/models/placement'
import Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a project shows, and what stands between it and a deployment.
 *
 * @throws E_ROW_NOT_FOUND when the team has no such project
 */
export async function projectPage(scope: Scope, id: string) {
  const project = await Project.within(scope).where('id', id).firstOrFail()
  const placements = await placementsOf(project)
  const deployments = await Deployment.within(scope)
    .where('project_id', project.id)
    .preload('release')
    .preload('creator')
    .orderBy('id', 'desc')
    .limit(10)
  const liveRelease = project.liveReleaseId
    ? await Release.within(scope).where('id', project.liveReleaseId).first()
    : null
  const keptReleases = await releasesOnAll(scope, project, placements)
  const gitHost = await gitHostOf(project)
  return {
    project,
    places: await placesWithReleases(scope, placements),
    deployments,
    liveRelease,
    keptReleases,
    migratedSince: await migratedSince(scope, project.id),
    history: await historyOf(scope, [{ type: 'project', id: project.id }]),
    active: await Deployment.within(scope).where('active_project_id', project.id).first(),
    waiting: deployments.filter((deployment) => deployment.isWaiting),
    needs: {
      preparation: placements
        .map(({ server }) => server)
        .filter(({ preparedAt }) => preparedAt === null),
      siteDecision: undecidedEdit(project, await editedSites(scope, deployments[0])),
      gitHost: gitHost !== null && gitHost.hostKeys.length === 0 ? gitHost : null,
    },
  }
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

/** The checksums of sites edited by hand that a deployment met. */
async function editedSites(scope: Scope, latest: Deployment | undefined): Promise<string[]> {
  if (!latest) return []
  const rows = await DeploymentRun.within(scope)
    .where('deployment_id', latest.id)
    .preload('run', (run) => run.select('id', 'teamId', 'results'))
  return rows.flatMap(({ run }) => run?.results.site_edited ?? [])
}

/** Whether the last deployment met a site that was edited by hand, and nobody decided about it. */
function undecidedEdit(project: Project, edited: readonly string[]): boolean {
  return edited.some((checksum) => checksum !== project.editedSite?.checksum)
}
