import Activity from '#app/activity/models/activity'
import type { Actor } from '#app/activity/origin'
import type { Reach } from '#app/activity/reach'

/** How many of a kind are offered at most: those who came last. */
const MOST = 200

/** Someone who acted, as a choice: `user:<id>`, `token:<id>`, `system`. */
export interface ActorChoice {
  value: string
  label: string
}

const KINDS: readonly Actor['kind'][] = ['user', 'token', 'system', 'command', 'visitor']

const NAMELESS: Partial<Record<Actor['kind'], string>> = {
  system: 'Muster itself',
  command: 'Commands on its machine',
  visitor: 'People not signed in',
}

/**
 * Everyone who acted in a team, or in none: people by name, then tokens, then the rest.
 */
export async function actorChoices(reach: Reach): Promise<ActorChoice[]> {
  const newest: number[] = []
  for (const kind of KINDS) newest.push(...(await newestOfEach(reach, kind)))
  const rows = await Activity.acrossTeams().whereIn('sequence', newest)
  return rows
    .sort(
      (one, other) =>
        KINDS.indexOf(one.actorKind) - KINDS.indexOf(other.actorKind) ||
        (one.actorName ?? '').localeCompare(other.actorName ?? '')
    )
    .map(({ actorKind, actorId, actorName }) => ({
      value: [actorKind, actorId].filter(Boolean).join(':'),
      label: NAMELESS[actorKind] ?? nameOf({ actorKind, actorName }),
    }))
}

/**
 * The sequence of the newest row of each actor of a kind. Each is one step in an index, while
 * grouping would read all rows of the team.
 */
async function newestOfEach(reach: Reach, kind: Actor['kind']): Promise<number[]> {
  const found: number[] = []
  for (let last: string | null = null; found.length < MOST;) {
    const query = Activity.acrossTeams()
      .where({ teamId: reach === 'panel' ? null : reach.teamId, actorKind: kind })
      .select('actor_id', 'sequence')
      .orderBy('actor_id', 'desc')
      .orderBy('sequence', 'desc')
    if (last !== null) query.where('actor_id', '<', last)
    const row: Activity | null = await query.first()
    if (!row) break
    found.push(row.sequence)
    last = row.actorId
    if (last === null) break
  }
  return found
}

/**
 * Who acted, as pages say it: "Ada", "token CI of Ada", "Muster".
 */
export function nameOf(row: { actorKind: string; actorName: string | null }): string {
  if (row.actorKind === 'visitor') return row.actorName ?? 'Someone not signed in'
  const name = row.actorName ?? 'Someone'
  return row.actorKind === 'token' ? `token ${name}` : name
}
