import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/** So many fit into one field; from more one searches. */
const FIT = 50
const MATCHES = 20
const LONGEST_SEARCH = 100

/**
 * The connected servers to choose from: all of them when they are few, else those that a search
 * finds, and the one that is chosen already.
 */
export async function serverChoice(scope: Scope, asked: { server?: unknown; search?: unknown }) {
  const connected = () => Server.within(scope).whereNull('offered_host_key')
  const search = typeof asked.search === 'string' ? asked.search.slice(0, LONGEST_SEARCH) : ''
  const columns = ['id', 'name', 'host', 'prepared_at']
  const [{ total }] = await connected().count('* as total').pojo<{ total: number | string }>()
  const few = Number(total) <= FIT
  const pattern = `%${search.trim().replace(/[!%_]/g, '!$&')}%`
  const found = await connected()
    .select(columns)
    .if(!few && search !== '', (query) =>
      query.where((either) => {
        either.whereRaw("servers.name like ? escape '!'", [pattern])
        either.orWhereRaw("servers.host like ? escape '!'", [pattern])
      })
    )
    .orderBy('name')
    .limit(few ? FIT : MATCHES + 1)
  const chosen =
    typeof asked.server === 'string' && asked.server !== ''
      ? await connected().select(columns).where('id', asked.server.slice(0, 26)).first()
      : null
  return {
    total: Number(total),
    few,
    search,
    chosen,
    servers: few ? found : found.slice(0, MATCHES),
    more: !few && found.length > MATCHES,
  }
}
