import { DateTime } from 'luxon'
import { entriesOf, type Entry } from '#app/activity/entries'
import { queryOf, type ActivityFilter } from '#app/activity/filter'
import { actorChoices } from '#app/activity/queries/actors'
import { rowsAt, type Asked, type Cursor } from '#app/activity/queries/newest_rows'
import { activityWithin, type Reach } from '#app/activity/reach'
import { groups } from '#app/activity/sentences'
import { findPages, subjectKinds } from '#app/activity/subjects'

const PAGE_SIZE = 50

/**
 * A page of activity, newest first, with what the page needs to filter it further. Pages go by
 * sequence, so that rows that are added meanwhile move none from one page to another.
 */
export async function activityPage(asked: Asked, cursor: Cursor) {
  const { reach, filter, zone } = asked
  const { rows, hasNewer, hasOlder } = await rowsOf(asked, cursor)
  const query = queryOf(filter)
  return {
    days: daysOf(await entriesOf(reach, rows), zone),
    newer: hasNewer ? { ...query, after: String(rows[0].sequence) } : null,
    older: hasOlder ? { ...query, before: String(rows.at(-1)!.sequence) } : null,
    query,
    zone,
    choices: {
      actors: await actorChoices(reach),
      groups: Object.entries(groups).map(([value, { label }]) => ({ value, label })),
      types: subjectKinds().map(({ type, label }) => ({ value: type, label })),
    },
    only: await onlyThese(reach, filter),
  }
}

async function rowsOf(asked: Asked, cursor: Cursor) {
  const found = await rowsAt(asked, cursor, PAGE_SIZE + 1)
  const isMore = found.length > PAGE_SIZE
  if (cursor && 'after' in cursor) {
    // Less than a page is left: then the newest page has them, and more.
    if (found.length < PAGE_SIZE) return rowsOf(asked, null)
    return { rows: found.slice(-PAGE_SIZE), hasNewer: isMore, hasOlder: true }
  }
  const rows = found.slice(0, PAGE_SIZE)
  return { rows, hasNewer: cursor !== null && rows.length > 0, hasOlder: isMore }
}

/** Entries under the day they happened on. */
function daysOf(entries: readonly Entry[], zone: string) {
  const days: { label: string; entries: Entry[] }[] = []
  for (const entry of entries) {
    const label = dayLabel(entry.at.setZone(zone))
    if (days.at(-1)?.label !== label) days.push({ label, entries: [] })
    days.at(-1)!.entries.push(entry)
  }
  return days
}

function dayLabel(at: DateTime) {
  const now = DateTime.now().setZone(at.zone)
  if (at.hasSame(now, 'day')) return 'Today'
  if (at.hasSame(now.minus({ days: 1 }), 'day')) return 'Yesterday'
  const form = at.year === now.year ? 'cccc, d LLLL' : 'cccc, d LLLL yyyy'
  return at.toFormat(form, { locale: 'en' })
}

/** The names of the subjects that the page is about, each with its page. */
async function onlyThese(reach: Reach, { subjects }: ActivityFilter) {
  const pageOf = await findPages(reach, subjects)
  const named = subjects.map(async ({ type, id }) => {
    const row = await activityWithin(reach)
      .where({ subjectType: type, subjectId: id })
      .orderBy('sequence', 'desc')
      .first()
    return { type, name: row?.subjectName ?? id, href: pageOf(type, id)?.href ?? null }
  })
  return Promise.all(named)
}
