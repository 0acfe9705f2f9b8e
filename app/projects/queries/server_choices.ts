import type Placement from '#app/projects/models/placement'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/** So many servers stand in a form with boxes, and in one with a field; others are found by a search. */
const MOST = 300
const MOST_IN_FIELD = 50

const LONGEST_SEARCH = 200

interface Asked {
  placements?: readonly Placement[]
  /** A part of a name or host. */
  search?: string
  /** Ids of servers that are shown whatever the search says. */
  also?: readonly string[]
  most?: number
}

/**
 * The servers that a project can be put on: those it is on, and others.
 */
export async function serverChoices(
  scope: Scope,
  { placements = [], search = '', also = [], most = MOST }: Asked
) {
  const shown = [...placements.map(({ serverId }) => serverId), ...also]
  const connected = () => Server.within(scope).whereNull('offered_host_key')
  const kept = await Server.within(scope).whereIn('id', shown).orderBy('name')
  const others = connected().whereNotIn('id', shown)
  if (search) {
    const pattern = `%${search.slice(0, LONGEST_SEARCH).replace(/[!%_]/g, '!$&')}%`
    others.where((either) =>
      either
        .whereRaw("name like ? escape '!'", [pattern])
        .orWhereRaw("host like ? escape '!'", [pattern])
    )
  }
  const found = await others.clone().orderBy('name').limit(most)
  return {
    ...{ kept, found, search },
    servers: [...kept, ...found],
    more: (await countOf(others)) - found.length,
    total: await countOf(connected()),
    roles: new Map(placements.map(({ serverId, role }) => [serverId, role])),
  }
}

/**
 * The same for a form that takes one server: in a field when they are few, else by a search and a
 * link.
 */
export async function serverChoice(scope: Scope, asked: { server?: unknown; search?: unknown }) {
  const server = textOf(asked.server).slice(0, 26)
  const search = textOf(asked.search).trim()
  const also = server ? [server] : []
  const choices = await serverChoices(scope, { also, search, most: MOST_IN_FIELD })
  const { total, kept, found, more } = choices
  const chosen = kept.find(({ isPinned }) => isPinned) ?? null
  const few = total <= MOST_IN_FIELD && search === ''
  const all = [...found, ...(chosen ? [chosen] : [])]
  const servers = few ? all.sort((one, other) => one.name.localeCompare(other.name, 'en')) : found
  return { total, few, search, chosen, servers, more: more > 0 }
}

async function countOf(servers: ReturnType<typeof Server.within>): Promise<number> {
  const [row] = await servers.clone().clearOrder().count('* as total').pojo<{ total: number }>()
  return Number(row.total)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
