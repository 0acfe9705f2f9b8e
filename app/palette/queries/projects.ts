import { urlFor } from '@adonisjs/core/services/url_builder'
import Deployment from '#app/deployments/models/deployment'
import { GROUP_SIZE, icons, type Entry } from '#app/palette/entries'
import { search } from '#app/palette/queries/searched'
import Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'

/**
 * The projects that answer to the words, best first; without words those deployed last. Each
 * with its servers.
 */
export async function findProjects(scope: Scope, words: readonly string[], most = GROUP_SIZE) {
  if (words.length === 0) return findRecentProjects(scope, most)
  const query = Project.within(scope).preload('placements', withServers)
  search(query, words, {
    texts: ['projects.name', 'projects.slug', 'projects.domain', 'projects.branch'],
    ids: ['projects.id'],
  })
  return query.orderBy('updated_at', 'desc').orderBy('id', 'desc').limit(most)
}

function withServers(placements: { preload(relation: 'server'): unknown }) {
  placements.preload('server')
}

async function findRecentProjects(scope: Scope, most: number) {
  const latest: { project_id: string }[] = await Deployment.within(scope)
    .select('project_id')
    .groupBy('project_id')
    .max('id as latest')
    .orderBy('latest', 'desc')
    .limit(most)
    .pojo()
  const ids = latest.map((row) => row.project_id)
  const deployed = await Project.within(scope).whereIn('id', ids).preload('placements', withServers)
  deployed.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
  if (deployed.length === most) return deployed
  const others = await Project.within(scope)
    .whereNotIn('id', ids)
    .preload('placements', withServers)
    .orderBy('id', 'desc')
    .limit(most - deployed.length)
  return [...deployed, ...others]
}

/**
 * A project as a line of the palette.
 */
export function projectEntry(project: Project): Entry {
  return {
    label: project.name,
    detail: project.domain,
    icon: icons.project,
    href: urlFor('projects.show', { id: project.id }),
  }
}
