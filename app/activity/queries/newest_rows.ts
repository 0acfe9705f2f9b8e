import { keepFiltered, type ActivityFilter } from '#app/activity/filter'
import Activity from '#app/activity/models/activity'
import { activityWithin, type Reach } from '#app/activity/reach'

/** Which rows: older than one, newer than one, or the newest there are. */
export type Cursor = { before: number } | { after: number } | null

/** Rows of whom, which of them, and the zone that the filter's days are in, an IANA name. */
export interface Asked {
  reach: Reach
  filter: ActivityFilter
  zone: string
}

/**
 * The rows next to a cursor, newest first. Which they are is looked up within reach and in an index
 * alone; then they are fetched by nothing but their ids. Asked for both at once, each database in its
 * own way reads all rows of the team.
 */
export async function rowsAt(
  { reach, filter, zone }: Asked,
  cursor: Cursor,
  limit: number
): Promise<Activity[]> {
  const query = activityWithin(reach).select('id', 'sequence').limit(limit)
  keepFiltered(query, filter, zone)
  const isAfter = cursor !== null && 'after' in cursor
  if (isAfter) query.where('sequence', '>', cursor.after)
  else if (cursor) query.where('sequence', '<', cursor.before)
  const found = await query.orderBy('sequence', isAfter ? 'asc' : 'desc')
  const ids = found.map(({ id }) => id)
  const rows = await Activity.acrossTeams().whereIn('id', ids)
  return rows.sort((one, other) => other.sequence - one.sequence)
}
