import { entriesOf, type Entry } from '#app/activity/entries'
import { activityWithin } from '#app/activity/reach'
import type { TeamScope } from '#app/core/database/tenant_model'

const SHOWN = 10

export interface History {
  entries: Entry[]
  /** These things as the query of the page of activity. */
  query: { subject: string }
}

/**
 * The latest acts on some things, for the pages of these; null for those who may not see activity.
 *
 * @param subjects the thing itself, and perhaps others that belong to it
 * @param of with a noun such as `variable`, only acts whose names begin with it
 */
export async function historyOf(
  scope: TeamScope & { can(ability: 'activity.view'): boolean },
  subjects: readonly { type: string; id: string }[],
  of?: string
): Promise<History | null> {
  if (!scope.can('activity.view')) return null
  const rows = await activityWithin(scope)
    .where((either) => {
      for (const { type, id } of subjects) {
        either.orWhere((thing) => thing.where('subject_type', type).where('subject_id', id))
      }
    })
    .if(of, (acts) => acts.where('action', 'like', `${of}.%`))
    .orderBy('sequence', 'desc')
    .limit(SHOWN)
  return {
    entries: await entriesOf(scope, rows),
    query: { subject: subjects.map(({ type, id }) => `${type}:${id}`).join(',') },
  }
}
