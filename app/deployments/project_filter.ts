import type { ModelQueryBuilderContract } from '@adonisjs/lucid/types/model'
import Deployment from '#app/deployments/models/deployment'
import { deploymentStates, type DeploymentState } from '#app/deployments/states'
import Placement from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'
import type { Scope } from '#app/teams/scope'

/** Which projects someone wants to see. Nothing in it means all. */
export interface ProjectFilter {
  /** How the latest deployment stands; `open` when it has not ended, `never` when there is none. */
  state: DeploymentState | 'open' | 'never' | null
  /** The id of a server. */
  server: string | null
  /** Words, each of which must occur in the name, the domain or the repository. */
  text: string | null
}

const LONGEST_TEXT = 160

/** More words would keep others waiting. */
const MOST_WORDS = 5

/**
 * The filter in the query of an address. What is not understood is as if it were not there.
 */
export function readProjectFilter(query: Record<string, unknown>): ProjectFilter {
  const states = ['open', 'never', ...deploymentStates] as const
  return {
    state: states.find((state) => state === query.state) ?? null,
    server: /^[0-9A-Z]{26}$/.exec(textOf(query.server))?.[0] ?? null,
    text: textOf(query.text).trim().slice(0, LONGEST_TEXT) || null,
  }
}

/**
 * The ids of the latest deployments of projects, as a part of another query.
 */
export function latestIds(scope: Scope) {
  return Deployment.within(scope).groupBy('project_id').max('id as id')
}

/**
 * Keeps the projects that the filter lets through.
 */
export function keepProjects(
  projects: ModelQueryBuilderContract<typeof Project>,
  { state, server, text }: ProjectFilter,
  scope: Scope
): void {
  if (state === 'never') {
    projects.whereNotIn('projects.id', Deployment.within(scope).select('project_id'))
  } else if (state) {
    const states = state === 'open' ? (['active', 'waiting'] as const) : [state]
    const standing = Deployment.within(scope)
      .select('project_id')
      .whereIn('state', [...states])
      .whereIn('id', latestIds(scope))
    projects.whereIn('projects.id', standing)
  }
  if (server) {
    const placed = Placement.within(scope).select('project_id').where('server_id', server)
    projects.whereIn('projects.id', placed)
  }
  for (const word of text?.split(/\s+/).slice(0, MOST_WORDS) ?? []) {
    const pattern = `%${word.replace(/[!%_]/g, '!$&')}%`
    projects.where((either) => {
      for (const column of ['name', 'slug', 'domain', 'repository_url']) {
        either.orWhereRaw("?? like ? escape '!'", [`projects.${column}`, pattern])
      }
    })
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
