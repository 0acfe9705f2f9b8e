import { urlFor } from '@adonisjs/core/services/url_builder'
import { GROUP_SIZE, icons, type Entry } from '#app/palette/entries'
import { search } from '#app/palette/queries/searched'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * The servers that answer to the words, best first; without words those added last.
 */
export async function findServers(scope: Scope, words: readonly string[], most = GROUP_SIZE) {
  const query = Server.within(scope)
  search(query, words, { texts: ['servers.name', 'servers.host'], ids: ['servers.id'] })
  return query.orderBy('id', 'desc').limit(most)
}

/**
 * A server as a line of the palette: its state only when someone should look.
 */
export function serverEntry(server: Server): Entry {
  return {
    label: server.name,
    detail: server.host,
    icon: icons.server,
    state: server.status === 'reachable' ? undefined : server.look,
    href: urlFor('servers.show', { id: server.id }),
  }
}
