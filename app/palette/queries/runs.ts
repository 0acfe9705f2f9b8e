import { urlFor } from '@adonisjs/core/services/url_builder'
import { deploymentRun } from '#app/deployments/deployment_run'
import { GROUP_SIZE, icons, type Entry } from '#app/palette/entries'
import { search } from '#app/palette/queries/searched'
import Run from '#app/runs/models/run'
import type { Scope } from '#app/teams/scope'

/** A run's row holds its compiled script, which is long. */
const COLUMNS = ['id', 'teamId', 'serverId', 'title', 'state', 'cancelRequestedAt', 'createdAt']

/**
 * The runs that answer to the words, best first; without words the latest. Runs of deployments
 * are found as deployments, and here by their exact id alone.
 */
export async function findRuns(scope: Scope, words: readonly string[]) {
  const query = Run.within(scope).select(COLUMNS).preload('server')
  if (words.length > 0) {
    query.where((own) => {
      own.whereNot('kind', deploymentRun.kind).orWhere('runs.id', words[0].toUpperCase())
    })
  }
  search(query, words, { texts: ['runs.title'], ids: ['runs.id'] })
  return query.orderBy('id', 'desc').limit(GROUP_SIZE)
}

/**
 * A run as a line of the palette.
 */
export function runEntry(run: Run): Entry {
  return {
    label: run.title,
    detail: run.server.name,
    icon: icons.run,
    at: run.createdAt.toISO(),
    state: run.look,
    href: urlFor('runs.show', { id: run.id }),
  }
}
