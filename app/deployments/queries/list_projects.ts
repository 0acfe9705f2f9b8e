import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'

/**
 * The team's projects by name, each with its servers and its latest deployment.
 */
export async function listProjects(scope: Scope) {
  const projects = await Project.within(scope)
    .preload('placements', (placements) => placements.preload('server'))
    .orderBy('name')
    .orderBy('id')
  const latest = await Deployment.within(scope)
    .whereIn('id', Deployment.within(scope).groupBy('project_id').max('id as id'))
    .preload('release')
    .preload('creator')
  const byProject = new Map(latest.map((deployment) => [deployment.projectId, deployment]))
  return projects.map((project) => ({ project, deployment: byProject.get(project.id) ?? null }))
}
