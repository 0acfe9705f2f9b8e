import Server from '#app/servers/models/server'
import { serverStatuses, type ServerStatus } from '#app/servers/statuses'
import type { Scope } from '#app/teams/scope'

/**
 * Which servers of a list are meant.
 */
export interface ServerFilter {
  /** A part of the name or the host. */
  search: string
  status: ServerStatus | null
  /** Ids of what servers are sorted by; nothing is, yet, so that they match none. */
  tag: string | null
  group: string | null
}

/**
 * The filter that a query string asks for. What it does not understand it leaves out.
 */
export function serverFilterFrom(query: Record<string, unknown>): ServerFilter {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const status = text('status') as ServerStatus
  return {
    search: text('search').slice(0, 200),
    status: serverStatuses.includes(status) ? status : null,
    tag: text('tag') || null,
    group: text('group') || null,
  }
}

/**
 * The servers that match, in no particular order.
 */
export function filteredServers(scope: Scope, filter: ServerFilter) {
  const query = Server.within(scope)
  if (filter.tag || filter.group) query.whereRaw('1 = 0')
  if (filter.status) query.where('status', filter.status)
  if (filter.search) {
    const pattern = `%${filter.search.replace(/[!%_]/g, '!$&')}%`
    query.where((either) => {
      for (const column of ['servers.name', 'servers.host']) {
        either.orWhereRaw("?? like ? escape '!'", [column, pattern])
      }
    })
  }
  return query
}
