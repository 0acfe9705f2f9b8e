import Activity from '#app/activity/models/activity'
import { activityWithin, type Reach } from '#app/activity/reach'

/** How many are offered at most, those who acted last. */
const MOST = 200

/** Someone who acted, as a choice: `user:<id>`, `token:<id>`, `system`. */
export interface ActorChoice {
  value: string
  label: string
}

const NAMELESS: Record<string, string> = {
  system: 'Muster itself',
  command: 'Commands on its machine',
  visitor: 'People not signed in',
}

/**
 * Everyone who acted within reach: people by name, then tokens, then the rest.
 */
export async function actorChoices(reach: Reach): Promise<ActorChoice[]> {
  const groups: { newest: number | string }[] = await activityWithin(reach)
    .groupBy('actor_kind', 'actor_id')
    .max('sequence as newest')
    .orderBy('newest', 'desc')
    .limit(MOST)
    .pojo()
  const newest = groups.map((group) => Number(group.newest))
  // Rows within reach, fetched by nothing but their sequence, as in `rowsAt`.
  const rows = await Activity.acrossTeams().whereIn('sequence', newest)
  const order = ['user', 'token', 'system', 'command', 'visitor']
  return rows
    .sort(
      (one, other) =>
        order.indexOf(one.actorKind) - order.indexOf(other.actorKind) ||
        (one.actorName ?? '').localeCompare(other.actorName ?? '')
    )
    .map(({ actorKind, actorId, actorName }) => ({
      value: [actorKind, actorId].filter(Boolean).join(':'),
      label: NAMELESS[actorKind] ?? nameOf({ actorKind, actorName }),
    }))
}

/**
 * Who acted, as pages say it: "Ada", "token CI of Ada", "Muster".
 */
export function nameOf(row: { actorKind: string; actorName: string | null }): string {
  if (row.actorKind === 'visitor') return row.actorName ?? 'Someone not signed in'
  const name = row.actorName ?? 'Someone'
  return row.actorKind === 'token' ? `token ${name}` : name
}
