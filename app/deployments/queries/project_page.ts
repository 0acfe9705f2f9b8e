import { historyOf } from '#app/activity/queries/history'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { gitHostOf } from '#app/projects/git_hosts'
import { migratedSince } from '#app/deployments/queries/migrated_since'
import Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a project shows, and what stands between it and a deployment.
 *
 * @throws E_ROW_NOT_FOUND when the team has no such project
 */
export async function projectPage(scope: Scope, id: string) {
  const project = await Project.within(scope).where('id', id).preload('server').firstOrFail()
  const deployments = await Deployment.within(scope)
    .where('project_id', project.id)
    .preload('release')
    .preload('creator')
    .preload('run')
    .orderBy('id', 'desc')
    .limit(10)
  const liveRelease = project.liveReleaseId
    ? await Release.within(scope).where('id', project.liveReleaseId).first()
    : null
  const keptReleases = await Release.within(scope)
    .where({ projectId: project.id, state: 'good' })
    .orderBy('live_at', 'desc')
  const gitHost = await gitHostOf(project)
  return {
    project,
    deployments,
    liveRelease,
    keptReleases,
    migratedSince: await migratedSince(scope, project.id),
    history: await historyOf(scope, [{ type: 'project', id: project.id }]),
    active: deployments.find((deployment) => deployment.isOpen) ?? null,
    needs: {
      preparation: project.server.preparedAt === null,
      siteDecision: undecidedEdit(project, deployments[0]?.run.results.site_edited),
      gitHost: gitHost !== null && gitHost.hostKeys.length === 0 ? gitHost : null,
    },
  }
}

/** Whether the last deployment met a site that was edited by hand, and nobody decided about it. */
function undecidedEdit(project: Project, edited: string | undefined): boolean {
  return edited !== undefined && edited !== project.editedSite?.checksum
}
