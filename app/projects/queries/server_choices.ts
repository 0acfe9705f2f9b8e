import type Placement from '#app/projects/models/placement'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/** So many servers stand in a form; others are found by their name. */
const MOST = 300

/**
 * The servers that a project can be put on: those it is on, and others.
 *
 * @param search a part of a name or host
 * @param also ids of servers that are shown whatever the search says
 */
export async function serverChoices(
  scope: Scope,
  {
    placements = [],
    search = '',
    also = [],
  }: { placements?: readonly Placement[]; search?: string; also?: readonly string[] }
) {
  const shown = [...placements.map(({ serverId }) => serverId), ...also]
  const connected = () => Server.within(scope).whereNull('offered_host_key')
  const first = await Server.within(scope).whereIn('id', shown).orderBy('name')
  const others = connected().whereNotIn('id', shown)
  if (search) {
    const pattern = `%${search.slice(0, 200).replace(/[!%_]/g, '!$&')}%`
    others.where((either) =>
      either
        .whereRaw("name like ? escape '!'", [pattern])
        .orWhereRaw("host like ? escape '!'", [pattern])
    )
  }
  const found = await others.clone().orderBy('name').limit(MOST)
  const [row] = await others.clone().clearOrder().count('* as total').pojo<{ total: number }>()
  return {
    servers: [...first, ...found],
    more: Number(row.total) - found.length,
    search,
    roles: new Map(placements.map(({ serverId, role }) => [serverId, role])),
  }
}
