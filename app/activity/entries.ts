import type { DateTime } from 'luxon'
import { detailLines, type DetailLine } from '#app/activity/detail_lines'
import type Activity from '#app/activity/models/activity'
import { phraseOf, type Part } from '#app/activity/phrase'
import { nameOf } from '#app/activity/queries/actors'
import type { Reach } from '#app/activity/reach'
import { findPages, type SubjectPage } from '#app/activity/subjects'

/** A row of activity as pages show it. */
export interface Entry {
  sequence: number
  at: DateTime
  action: string
  actor: { kind: string; id: string | null; name: string }
  /** Whether the sentence goes on from the actor's name. */
  continues: boolean
  parts: Part[]
  /** The runs that came of it and are still there. */
  runs: SubjectPage[]
  details: DetailLine[]
  address: string | null
  requestId: string | null
}

/**
 * Puts rows into words and finds the pages of what they are about.
 */
export async function entriesOf(reach: Reach, rows: readonly Activity[]): Promise<Entry[]> {
  const subjects = rows.map((row) => ({ type: row.subjectType, id: row.subjectId }))
  const runs = rows.flatMap((row) => row.runIds.map((id) => ({ type: 'run', id })))
  const pageOf = await findPages(reach, [...subjects, ...runs])
  return rows.map((row) => ({
    sequence: row.sequence,
    at: row.createdAt,
    action: row.action,
    actor: { kind: row.actorKind, id: row.actorId, name: nameOf(row) },
    ...phraseOf(row, pageOf(row.subjectType, row.subjectId)?.href ?? null),
    runs: row.runIds.map((id) => pageOf('run', id)).filter((page) => page !== null),
    details: detailLines(row.details),
    address: row.address,
    requestId: row.requestId,
  }))
}
