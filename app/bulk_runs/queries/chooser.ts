import { readyActionList } from '#app/bulk_runs/ready_actions'
import { chosenServers } from '#app/bulk_runs/queries/chosen_servers'
import Script from '#app/scripts/models/script'
import type { Scope } from '#app/teams/scope'

/**
 * What can be run, for someone who has chosen servers or is about to.
 */
export async function chooser(scope: Scope, query: Record<string, unknown>) {
  const { chosen } = await chosenServers(scope, query, null)
  return {
    chosen,
    scripts: await Script.within(scope).orderBy('name'),
    actions: scope.can('commands.run') ? readyActionList : [],
    query: carried(query),
  }
}

/** The query again, so that the next page knows which servers are meant. */
export function carried(query: Record<string, unknown>): string {
  const parts = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string') parts.append(name, value.toWellFormed())
    else if (typeof value === 'object' && value !== null) {
      for (const each of Object.values(value)) {
        if (typeof each === 'string') parts.append(`${name}[]`, each.toWellFormed())
      }
    }
  }
  return parts.toString()
}
