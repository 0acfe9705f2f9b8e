import { historyOf } from '#app/activity/queries/history'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { gitHostOf } from '#app/projects/git_hosts'
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
    history: await historyOf(scope, [{ type: 'project', id: project.id }]),
    active: await Deployment.within(scope).where('active_project_id', project.id).first(),
    waiting: deployments.filter((deployment) => deployment.isWaiting),
    needs: {
      preparation: project.server.preparedAt === null,
      gitHost: gitHost !== null && gitHost.hostKeys.length === 0 ? gitHost : null,
    },
  }
}
