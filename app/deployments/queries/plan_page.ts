import { DateTime } from 'luxon'
import { readCommits } from '#engine/deploy/commits'
import { isCommit } from '#engine/system/grammar'
import { LOOK, refOf, type LookInput } from '#app/deployments/look_run'
import Deployment from '#app/deployments/models/deployment'
import Release from '#app/deployments/models/release'
import { plannedSteps } from '#app/deployments/plan_outline'
import { takenBack } from '#app/deployments/queries/planned'
import { gitHostOf } from '#app/projects/git_hosts'
import type Project from '#app/projects/models/project'
import Run from '#app/runs/models/run'
import { runPage } from '#app/runs/queries/run_page'
import type { Scope } from '#app/teams/scope'

/** After so long something else may be new, in minutes. */
const FRESH_MINUTES = 15

/**
 * The project's latest look at what is new, whoever asked for it and on whichever server.
 */
export function latestLook(project: Project): Promise<Run | null> {
  return Run.within({ teamId: project.teamId })
    .where({ projectId: project.id, kind: LOOK })
    .orderBy('id', 'desc')
    .first()
}

/**
 * What the page "What will happen" shows: the commits that a deployment would bring, as the latest
 * look saw them, its steps, and what stands between.
 */
export async function planPage(scope: Scope, project: Project) {
  const look = await latestLook(project)
  const active = await Deployment.within(scope).where('active_project_id', project.id).first()
  const gitHost = await gitHostOf(project)
  const liveRelease = project.liveReleaseId
    ? await Release.within(scope).where('id', project.liveReleaseId).first()
    : null
  const seen = look && (await isFresh(scope, project, look)) ? look.results : null
  const commit = seen && isCommit(seen.commit) ? seen.commit : null
  return {
    project,
    active,
    liveRelease,
    commit,
    subject: seen?.subject ?? null,
    author: seen?.author ?? null,
    ...readCommits(seen ?? {}),
    takenBack: takenBack(seen ?? {}),
    isLive: commit !== null && commit === liveRelease?.commit,
    look: look && (look.isOpen || look.state !== 'succeeded') ? await runPage(look) : null,
    steps: await plannedSteps(project, commit),
    needs: {
      preparation: project.servers.filter(({ preparedAt }) => preparedAt === null),
      gitHost: gitHost !== null && gitHost.hostKeys.length === 0 ? gitHost : null,
    },
  }
}

/** A look counts while it is recent, of the same branch, and nothing was deployed since. */
async function isFresh(scope: Scope, project: Project, look: Run): Promise<boolean> {
  if (look.state !== 'succeeded' || !look.finishedAt) return false
  if ((look.input as LookInput).ref !== refOf(project)) return false
  if (look.finishedAt < DateTime.utc().minus({ minutes: FRESH_MINUTES })) return false
  const since = await Deployment.within(scope)
    .where('project_id', project.id)
    .where('created_at', '>', look.createdAt.toMillis())
    .first()
  return since === null
}
