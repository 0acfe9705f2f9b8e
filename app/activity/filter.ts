import { DateTime } from 'luxon'
import type { activityWithin } from '#app/activity/reach'
import { actionsOf, groups } from '#app/activity/sentences'

/** Which rows someone wants to see. Nothing in it means all. */
export interface ActivityFilter {
  /** Who acted: a kind, and the id of a person or a token. */
  actor: { kind: string; id: string | null } | null
  /** One of the groups of actions. */
  group: string | null
  /** A kind of subject. */
  type: string | null
  /** These subjects and no others. */
  subjects: readonly { type: string; id: string }[]
  /** The first and the last day, as YYYY-MM-DD. */
  from: string | null
  to: string | null
  /** Words, each of which must occur. */
  text: string | null
}

const ACTOR = /^(user|token|command|system|visitor)(?::([0-9A-Za-z]{1,26}))?$/
const THING = /^([a-z_]{1,32}):([0-9A-Za-z_-]{1,64})$/
const LONGEST_TEXT = 200

/** Each word is looked for in many columns of many rows; more would keep others waiting. */
const MOST_WORDS = 5

/** Where the words of a text are looked for. */
const SEARCHED = [
  ...['subject_name', 'actor_name', 'action', 'address', 'request_id', 'details'],
  'subject_id',
]

/**
 * The filter in the query of an address. What is not understood is as if it were not there.
 */
export function readFilter(query: Record<string, unknown>): ActivityFilter {
  const [, kind, id] = ACTOR.exec(textOf(query.actor)) ?? []
  const group = textOf(query.group)
  const things = textOf(query.subject).split(',').slice(0, 10)
  return {
    actor: kind ? { kind, id: id ?? null } : null,
    group: Object.hasOwn(groups, group) ? group : null,
    type: /^[a-z_]{1,32}$/.exec(textOf(query.type))?.[0] ?? null,
    subjects: things.flatMap((thing) => {
      const [, type, thingId] = THING.exec(thing) ?? []
      return type ? [{ type, id: thingId }] : []
    }),
    from: dayOf(query.from),
    to: dayOf(query.to),
    text: textOf(query.text).trim().slice(0, LONGEST_TEXT) || null,
  }
}

/**
 * The filter as the query of an address.
 */
export function queryOf(filter: ActivityFilter): Record<string, string> {
  const { actor, group, type, subjects, from, to, text } = filter
  const entries = Object.entries({
    actor: actor && [actor.kind, actor.id].filter(Boolean).join(':'),
    ...{ group, type, from, to, text },
    subject: subjects.map((subject) => `${subject.type}:${subject.id}`).join(','),
  })
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])))
}

/**
 * Keeps the rows that the filter lets through.
 *
 * @param zone where the days of the filter begin and end, an IANA name
 */
export function keepFiltered(
  rows: ReturnType<typeof activityWithin>,
  filter: ActivityFilter,
  zone: string
): void {
  const { actor, group, type, subjects, from, to, text } = filter
  if (actor) rows.where('actor_kind', actor.kind)
  if (actor?.id) rows.where('actor_id', actor.id)
  if (group) rows.whereIn('action', actionsOf(group))
  if (type) rows.where('subject_type', type)
  if (subjects.length > 0) {
    rows.where((either) => {
      for (const { type: kind, id } of subjects) {
        either.orWhere((thing) => thing.where('subject_type', kind).where('subject_id', id))
      }
    })
  }
  if (from) rows.where('created_at', '>=', startOf(from, zone).toMillis())
  if (to) rows.where('created_at', '<', startOf(to, zone).plus({ days: 1 }).toMillis())
  for (const word of text?.split(/\s+/).slice(0, MOST_WORDS) ?? []) {
    const pattern = `%${word.replace(/[!%_]/g, '!$&')}%`
    rows.where((either) => {
      for (const column of SEARCHED) {
        either.orWhereRaw("?? like ? escape '!'", [column, pattern])
      }
    })
  }
}

function startOf(day: string, zone: string) {
  return DateTime.fromISO(day, { zone }).startOf('day')
}

function dayOf(value: unknown): string | null {
  const text = textOf(value)
  const valid = /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid
  return valid ? text : null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
