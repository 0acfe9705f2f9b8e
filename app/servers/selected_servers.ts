import { filteredServers, serverFilterFrom } from '#app/servers/server_filter'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * The servers that a form of the list is about: those checked, or all that the filter of the
 * address lets through.
 *
 * @param fields the form and the query of its address
 */
export function selectedServers(
  scope: Scope,
  selection: { servers?: readonly string[] | null; matching?: string | null },
  fields: Record<string, unknown>
) {
  if (selection.matching) return filteredServers(scope, serverFilterFrom(fields))
  return Server.within(scope).whereIn('servers.id', [...(selection.servers ?? [])])
}
