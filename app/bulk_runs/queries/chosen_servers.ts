import type BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { failedStates } from '#app/bulk_runs/states'
import { MOST_TARGETS } from '#app/bulk_runs/validators'
import Server from '#app/servers/models/server'
import { filteredServers, serverFilterFrom } from '#app/servers/server_filter'
import type { Scope } from '#app/teams/scope'

/** How many servers that were not chosen are offered beside those that were. */
const OTHERS = 200

/** What a form shows of a server; its keys stay where they are. */
const COLUMNS = ['id', 'name', 'host', 'status']

/** The names under which a query can ask for all servers of a kind. */
const KINDS = ['matching', 'tag', 'tags', 'group'] as const

/**
 * The servers that a query names, by id (`servers[]`), by the filter of the list of servers
 * (`matching=1` with it, or `tag`, `tags`, `group` when none is named), or as the targets of an earlier bulk run; and others that
 * can be added, by `search`. Only connected servers that the scope sees.
 */
export async function chosenServers(
  scope: Scope,
  query: Record<string, unknown>,
  from: BulkRun | null
) {
  const filter = serverFilterFrom({ ...query, tags: query.tags ?? query.tag })
  const ids = [...idsOf(query.servers), ...(await targetsOf(scope, from, query.only))]
  const matches = query.matching ? true : ids.length === 0 && KINDS.some((name) => query[name])
  const connected = () =>
    Server.within(scope).whereNull('offered_host_key').select(COLUMNS).orderBy('name')
  const matching = matches
    ? await filteredServers(scope, filter)
        .whereNull('offered_host_key')
        .select(COLUMNS)
        .orderBy('name')
        .limit(MOST_TARGETS)
    : []
  const named = ids.length > 0 ? await connected().whereIn('id', ids).limit(MOST_TARGETS) : []
  const chosen = [...new Map([...named, ...matching].map((server) => [server.id, server])).values()]
  const chosenIds = chosen.map(({ id }) => id)
  const search = matches ? serverFilterFrom({}) : filter
  const others = () =>
    filteredServers(scope, search).whereNull('offered_host_key').whereNotIn('servers.id', chosenIds)
  const total = await others().count('* as total').pojo<{ total: number | string }>().first()
  return {
    chosen,
    others: await others().select(COLUMNS).orderBy('name').limit(OTHERS),
    othersTotal: Number(total?.total ?? 0),
    search: matches ? '' : filter.search,
  }
}

async function targetsOf(scope: Scope, from: BulkRun | null, only: unknown): Promise<string[]> {
  if (!from) return []
  const targets = BulkRunTarget.within(scope)
    .where('bulk_run_id', from.id)
    .whereNotNull('server_id')
  if (only === 'failed') targets.whereIn('state', [...failedStates])
  if (only === 'skipped') targets.where('state', 'skipped')
  const rows = await targets.select('server_id')
  return rows.map(({ serverId }) => serverId!)
}

/** However a query string's parser gives a list. */
function idsOf(value: unknown): string[] {
  const list = typeof value === 'object' && value !== null ? Object.values(value) : [value]
  return list
    .filter((id): id is string => typeof id === 'string' && id.length <= 26)
    .slice(0, MOST_TARGETS)
}
