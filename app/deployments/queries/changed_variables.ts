import type { DateTime } from 'luxon'
import { activityWithin } from '#app/activity/reach'
import DeploymentRun from '#app/deployments/models/deployment_run'
import type Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

/** What became of a variable since a release was built. */
export interface ChangedVariable {
  key: string
  change: 'new' | 'changed' | 'removed'
}

/**
 * The variables of a project that differ from those a release was built with, by name. Values are
 * not compared: one that was set again counts as changed.
 */
export async function changedVariables(
  project: Pick<Project, 'id' | 'teamId'>,
  releaseId: string
): Promise<ChangedVariable[]> {
  const since = await builtAt(project, releaseId)
  if (!since) return []
  const variables = await ProjectVariable.within({ teamId: project.teamId })
    .where('project_id', project.id)
    .select('key', 'created_at', 'updated_at')
    .orderBy('key')
  const there = new Set(variables.map(({ key }) => key))
  const set = variables
    .filter(({ updatedAt }) => updatedAt >= since)
    .map(({ key, createdAt }) => ({
      key,
      change: createdAt >= since ? ('new' as const) : ('changed' as const),
    }))
  const removed = await removedSince(project, since)
  const gone = removed.filter((key) => !there.has(key))
  return [...set, ...gone.map((key) => ({ key, change: 'removed' as const }))]
}

/**
 * When a variable of a project was changed last: releases made before were built with others.
 */
export async function lastChangeOfVariables({ id, teamId }: Pick<Project, 'id' | 'teamId'>) {
  const act = await activityWithin({ teamId })
    .where({ subject_type: 'project', subject_id: id })
    .whereIn('action', ['variable.set', 'variable.removed', 'variable.imported'])
    .orderBy('sequence', 'desc')
    .first()
  return act?.createdAt ?? null
}

/** When the first server that built the release was given the variables, or a little before. */
async function builtAt({ teamId }: Pick<Project, 'teamId'>, releaseId: string) {
  const run = await DeploymentRun.within({ teamId })
    .join('deployments', 'deployments.id', 'deployment_runs.deployment_id')
    .where({ 'deployments.release_id': releaseId, 'deployments.kind': 'deploy' })
    .select('deployment_runs.*')
    .orderBy('deployment_runs.created_at')
    .first()
  return run?.createdAt ?? null
}

/** As activity has it: what was only made after the release was built does not count. */
async function removedSince({ id, teamId }: Pick<Project, 'id' | 'teamId'>, since: DateTime) {
  const acts = await activityWithin({ teamId })
    .where({ subject_type: 'project', subject_id: id })
    .whereIn('action', ['variable.set', 'variable.removed', 'variable.imported'])
    .where('created_at', '>=', since.toMillis())
    .orderBy('sequence')
  const made = new Set<string>()
  const removed = new Set<string>()
  for (const { action, details } of acts) {
    if (action === 'variable.set' && details.replaced === false) {
      const key = String(details.key)
      if (!removed.has(key)) made.add(key)
    }
    const gone = action === 'variable.removed' ? details.key : details.removed
    for (const key of typeof gone === 'string' ? gone.split(', ') : []) removed.add(key)
  }
  return [...removed].filter((key) => !made.has(key)).sort()
}
