import db from '@adonisjs/lucid/services/db'
import { labelsOf } from '#app/servers/queries/labels_page'
import SavedFilter from '#app/servers/models/saved_filter'
import Server from '#app/servers/models/server'
import {
  entriesOf,
  filteredServers,
  inOrder,
  queryTextOf,
  type ServerFilter,
} from '#app/servers/server_filter'
import { serverStatuses, serverStatusLooks, type ServerStatus } from '#app/servers/statuses'
import type { Scope } from '#app/teams/scope'

const PER_PAGE = 50
const MOST_PAGES = 100_000

/** What a line of the list shows; no keys and no facts are read for it. */
const COLUMNS = [
  ...['id', 'name', 'host', 'status', 'status_since', 'seen_at', 'group_id', 'os_name'],
  ...['load_centi', 'load_permille', 'memory_permille', 'disk_permille'],
  ...['reboot_required', 'pending_updates'],
].map((column) => `servers.${column}`)

interface Row {
  id: string
  name: string
  host: string
  status: ServerStatus
  status_since: number
  seen_at: number | null
  group_id: string | null
  os_name: string | null
  load_centi: number | null
  load_permille: number | null
  memory_permille: number | null
  disk_permille: number | null
  reboot_required: number | boolean
  pending_updates: number | null
}

/**
 * A page of the team's servers that the filter lets through, with what it takes to filter further.
 */
export async function serverList(scope: Scope, filter: ServerFilter, asked: unknown) {
  const statuses = await statusCounts(scope)
  const everything = statuses.reduce((sum, { count }) => sum + count, 0)
  const queryText = queryTextOf(filter)
  const unfiltered = queryTextOf({ ...filter, sort: 'name' }) === ''
  const labels = await labelsOf(scope)
  const found = await pageOf(scope, filter, asked, unfiltered ? everything : null)
  const servers = await linesOf(found.rows, labels)
  return {
    ...{ filter, unfiltered, everything, statuses, servers, ...labels },
    paginator: found.paginator,
    entries: entriesOf(filter),
    baseUrl: queryText === '' ? '/servers' : `/servers?${queryText}`,
    hrefWith: (change: Partial<ServerFilter>) => hrefOf({ ...filter, ...change }),
    saved: await savedFilters(scope, queryText),
  }
}

/**
 * Servers that the filter lets through, as lines, the first ones of them.
 */
export async function firstServers(scope: Scope, filter: ServerFilter, most: number) {
  const rows = await inOrder(filteredServers(scope, filter), filter.sort)
    .select(COLUMNS)
    .limit(most)
    .pojo<Row>()
  return linesOf(rows, await labelsOf(scope))
}

/**
 * A page of rows. How many there are over all comes with them, by one query, unless it is known;
 * for a page that is not there, which is rare, the last one is looked for.
 */
async function pageOf(scope: Scope, filter: ServerFilter, asked: unknown, known: number | null) {
  const rowsFrom = (offset: number) => {
    const query = inOrder(filteredServers(scope, filter), filter.sort).select(COLUMNS)
    if (known === null) query.select(db.raw('count(*) over () as total'))
    return query.offset(offset).limit(PER_PAGE).pojo<Row & { total?: number }>()
  }
  const wanted = Math.min(MOST_PAGES, Math.max(1, Math.trunc(Number(asked)) || 1))
  const rows = await rowsFrom((wanted - 1) * PER_PAGE)
  const isBeyond = rows.length === 0 && wanted > 1
  const total = known ?? (isBeyond ? await countOf(filteredServers(scope, filter)) : rows[0]?.total)
  const lastPage = Math.max(1, Math.ceil(Number(total ?? 0) / PER_PAGE))
  const currentPage = isBeyond ? lastPage : wanted
  const paginator = { currentPage, perPage: PER_PAGE, total: Number(total ?? 0), lastPage }
  return { paginator, rows: isBeyond ? await rowsFrom((lastPage - 1) * PER_PAGE) : rows }
}

function hrefOf(filter: ServerFilter): string {
  const text = queryTextOf(filter)
  return text === '' ? '/servers' : `/servers?${text}`
}

async function countOf(query: ReturnType<typeof filteredServers>): Promise<number> {
  const [row] = await query.count('* as total').pojo<{ total: number }>()
  return Number(row.total)
}

/** How many servers there are in each status that occurs. */
export async function statusCounts(scope: Scope) {
  const rows = await Server.within(scope)
    .select('servers.status')
    .count('* as total')
    .groupBy('servers.status')
    .pojo<{ status: ServerStatus; total: number }>()
  return serverStatuses
    .map((status) => ({
      ...{ status, ...serverStatusLooks[status] },
      count: Number(rows.find((row) => row.status === status)?.total ?? 0),
    }))
    .filter(({ count }) => count > 0)
}

async function savedFilters(scope: Scope, current: string) {
  const saved = await SavedFilter.within(scope).orderBy('name').orderBy('id').pojo<SavedFilter>()
  return saved.map(({ id, name, query }) => ({
    ...{ id, name },
    href: `/servers?${query}`,
    active: query === current,
  }))
}

type Labels = Awaited<ReturnType<typeof labelsOf>>

async function linesOf(rows: readonly Row[], { tags, groups }: Labels) {
  const carriers = tags.length === 0 ? new Set<string>() : await carriersOf(rows)
  const systems = new Map(rows.map(({ os_name: name }) => [name, '']))
  for (const name of systems.keys()) systems.set(name, shortOs(name))
  return rows.map((row) => ({
    ...{ id: row.id, name: row.name, host: row.host, status: row.status },
    look: serverStatusLooks[row.status],
    since: Number(row.status_since),
    seenAt: row.seen_at === null ? null : Number(row.seen_at),
    os: row.os_name === null ? '' : (systems.get(row.os_name) ?? ''),
    group: groups.find(({ id }) => id === row.group_id) ?? null,
    tags: tags.filter(({ id }) => carriers.has(`${row.id} ${id}`)),
    loadPermille: row.load_permille,
    memoryPermille: row.memory_permille,
    meters: metersOf(row),
    notes: notesOf(row),
  }))
}

/** Which of the rows carries which tag: "server tag". */
async function carriersOf(rows: readonly Row[]): Promise<Set<string>> {
  const ids = rows.map(({ id }) => id)
  const carried = await db
    .from('server_tags')
    .whereIn('server_id', ids)
    .select('server_id', 'tag_id')
  return new Set(carried.map((each) => `${each.server_id} ${each.tag_id}`))
}

/** Load, memory and the fullest disk; without a text where nothing is known. */
function metersOf(row: Row) {
  const meter = (permille: number | null, text?: string) =>
    permille === null
      ? { permille: 0, text: '' }
      : { permille: Math.min(1000, permille), text: text ?? `${Math.round(permille / 10)} %` }
  const load = row.load_centi === null ? undefined : (row.load_centi / 100).toFixed(2)
  return [meter(row.load_permille, load), meter(row.memory_permille), meter(row.disk_permille)]
}

/** What the system waits for. */
function notesOf({ reboot_required: restart, pending_updates: updates }: Row): string {
  return [
    restart && 'restart required',
    updates && `${updates} ${updates === 1 ? 'update' : 'updates'}`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** A line of the list. */
export type ServerLine = Awaited<ReturnType<typeof linesOf>>[number]

/** "Debian GNU/Linux 12 (bookworm)" is "Debian 12" where there is little room. */
function shortOs(name: string | null): string {
  return (name ?? '')
    .replace(' GNU/Linux', '')
    .replace(/ \(.*\)$/, '')
    .replace(/(\d+\.\d+)\.\d+/, '$1')
    .replace(/ LTS$/, '')
}
