import { serverStatuses, type ServerStatus } from '#app/servers/statuses'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

export const serverSorts = ['name', 'status', 'load', 'memory', 'disk', 'seen'] as const

export type ServerSort = (typeof serverSorts)[number]

/** Which servers someone wants to see, and in which order. Nothing in it means all. */
export interface ServerFilter {
  /** Words, each of which must occur in the name, the host, the system or a tag. */
  search: string
  statuses: readonly ServerStatus[]
  /** The id or the name of a group; `none` for servers in no group. */
  group: string | null
  /** Ids or names of tags. */
  tags: readonly string[]
  /** Whether a server has to carry one of the tags or all of them. */
  match: 'any' | 'all'
  sort: ServerSort
}

/** `none` as a group: servers that are in no group. */
export const NO_GROUP = 'none'

/** Each word is looked for in several columns. */
const MOST_WORDS = 5
const MOST_TAGS = 20
const LONGEST_SEARCH = 200
const LONGEST_NAME = 60

/**
 * The filter in the query of an address. What is not understood is as if it were not there.
 */
export function serverFilterFrom(query: Record<string, unknown>): ServerFilter {
  const statuses = textsOf(query.status)
  return {
    search: textOf(query.search).trim().slice(0, LONGEST_SEARCH),
    statuses: serverStatuses.filter((status) => statuses.includes(status)),
    group: textOf(query.group).slice(0, LONGEST_NAME) || null,
    tags: [...new Set(textsOf(query.tags))]
      .filter((tag) => tag !== '' && tag.length <= LONGEST_NAME)
      .slice(0, MOST_TAGS),
    match: query.match === 'all' ? 'all' : 'any',
    sort: serverSorts.find((sort) => sort === query.sort) ?? 'name',
  }
}

/**
 * The filter as names and values of an address, in an order of their own; what goes without saying
 * is left out.
 */
export function entriesOf(filter: ServerFilter): [string, string][] {
  const { search, statuses, group, tags, match, sort } = filter
  const entries: [string, string | false | null][] = [
    ['search', search],
    ...statuses.map((status): [string, string] => ['status[]', status]),
    ['group', group],
    ...tags.map((tag): [string, string] => ['tags[]', tag]),
    ['match', tags.length > 1 && match === 'all' && match],
    ['sort', sort !== 'name' && sort],
  ]
  return entries.filter((entry): entry is [string, string] => Boolean(entry[1]))
}

/** The filter as the query of an address, without a question mark. */
export function queryTextOf(filter: ServerFilter): string {
  return new URLSearchParams(entriesOf(filter)).toString()
}

/** The filter in a query that is kept as text. */
export function serverFilterOfText(text: string): ServerFilter {
  const query: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const key = name.replace(/\[\]$/, '')
    if (key === 'status' || key === 'tags') query[key] = [...(query[key] ?? []), value]
    else query[key] = value
  }
  return serverFilterFrom(query)
}

/**
 * The servers within the scope that the filter lets through, in no order yet.
 */
export function filteredServers(scope: Scope, filter: ServerFilter) {
  const query = Server.within(scope)
  const { search, statuses, group, tags, match } = filter
  for (const word of search.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS)) {
    const pattern = `%${word.replace(/[!%_]/g, '!$&')}%`
    query.where((either) => {
      for (const column of ['servers.name', 'servers.host', 'servers.os_name']) {
        either.orWhereRaw("?? like ? escape '!'", [column, pattern])
      }
      either.orWhereIn('servers.id', (carrying) =>
        carrying
          .from('server_tags')
          .join('tags', 'tags.id', 'server_tags.tag_id')
          .where('tags.team_id', scope.teamId)
          .whereRaw("tags.name like ? escape '!'", [pattern])
          .select('server_tags.server_id')
      )
    })
  }
  if (statuses.length > 0) query.whereIn('servers.status', [...statuses])
  if (group === NO_GROUP) query.whereNull('servers.group_id')
  else if (group) {
    query.whereIn('servers.group_id', (named) =>
      named
        .from('server_groups')
        .where('team_id', scope.teamId)
        .where((either) => either.where('id', group).orWhere('name', group))
        .select('id')
    )
  }
  for (const wanted of match === 'all' ? tags.map((tag) => [tag]) : [tags]) {
    if (wanted.length === 0) continue
    query.whereIn('servers.id', (carrying) =>
      carrying
        .from('server_tags')
        .join('tags', 'tags.id', 'server_tags.tag_id')
        .where('tags.team_id', scope.teamId)
        .where((either) =>
          either.whereIn('tags.id', [...wanted]).orWhereIn('tags.name', [...wanted])
        )
        .select('server_tags.server_id')
    )
  }
  return query
}

/** Trouble first. */
const STATUS_ORDER: readonly ServerStatus[] = [
  ...(['host_key_changed', 'unreachable', 'auth_failed', 'no_root'] as const),
  ...(['unconfirmed', 'reachable'] as const),
]

const SORTED_COLUMNS: Partial<Record<ServerSort, string>> = {
  load: 'load_permille',
  memory: 'memory_permille',
  disk: 'disk_permille',
}

/**
 * Puts servers in order: names from A on, what is fullest and what needs someone first, those seen
 * last at the end. What is not known comes last.
 */
export function inOrder(query: ReturnType<typeof filteredServers>, sort: ServerSort) {
  const column = SORTED_COLUMNS[sort]
  if (column) query.orderByRaw('?? is null, ?? desc', [column, column])
  if (sort === 'seen') query.orderByRaw('?? is not null, ?? asc', ['seen_at', 'seen_at'])
  if (sort === 'status') {
    const ranks = STATUS_ORDER.flatMap((status, rank) => [status, rank])
    query.orderByRaw(
      'case servers.status when ? then ? when ? then ? when ? then ? when ? then ? when ? then ? else ? end',
      [...ranks.slice(0, 10), STATUS_ORDER.length]
    )
  }
  return query.orderBy('servers.name').orderBy('servers.id')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === 'string')
}
