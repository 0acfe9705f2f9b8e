import type Activity from '#app/activity/models/activity'
import { rowsAt, type Asked } from '#app/activity/queries/newest_rows'

/** How many rows are read at once. */
const BATCH = 500

/**
 * What an export holds of a row, and nothing else: names and values.
 */
const columns = {
  sequence: (row: Activity) => row.sequence,
  at: (row: Activity) => row.createdAt.toISO(),
  action: (row: Activity) => row.action,
  actorKind: (row: Activity) => row.actorKind,
  actorId: (row: Activity) => row.actorId,
  actorName: (row: Activity) => row.actorName,
  subjectType: (row: Activity) => row.subjectType,
  subjectId: (row: Activity) => row.subjectId,
  subjectName: (row: Activity) => row.subjectName,
  details: (row: Activity) => row.details,
  runIds: (row: Activity) => row.runIds,
  address: (row: Activity) => row.address,
  requestId: (row: Activity) => row.requestId,
  hash: (row: Activity) => row.hash,
} as const

export const exportFormats = {
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv', write: csvLines },
  jsonl: { type: 'application/jsonl; charset=utf-8', ending: 'jsonl', write: jsonLines },
} as const

export type ExportFormat = keyof typeof exportFormats

/**
 * The rows asked for as lines of text, newest first, read in batches. What is added after the
 * newest row that there was at the beginning is left out.
 */
export function exportActivity(format: ExportFormat, asked: Asked): AsyncGenerator<string> {
  return exportFormats[format].write(batchesOf(asked))
}

async function* batchesOf(asked: Asked) {
  for (let before: number | null = null; ;) {
    const rows = await rowsAt(asked, before === null ? null : { before }, BATCH)
    if (rows.length > 0) yield rows
    if (rows.length < BATCH) return
    before = rows.at(-1)!.sequence
  }
}

/** CSV with a line of names, as in RFC 4180. */
async function* csvLines(batches: AsyncGenerator<Activity[]>): AsyncGenerator<string> {
  yield `${Object.keys(columns).join(',')}\r\n`
  for await (const rows of batches) {
    yield rows.map((row) => `${valuesOf(row).map(csvCell).join(',')}\r\n`).join('')
  }
}

/** JSON Lines: one object on each line. */
async function* jsonLines(batches: AsyncGenerator<Activity[]>): AsyncGenerator<string> {
  const names = Object.keys(columns)
  for await (const rows of batches) {
    yield rows
      .map((row) => valuesOf(row).map((value, index) => [names[index], value] as const))
      .map((entries) => `${JSON.stringify(Object.fromEntries(entries))}\n`)
      .join('')
  }
}

function valuesOf(row: Activity): unknown[] {
  return Object.values(columns).map((valueOf) => valueOf(row))
}

/**
 * A cell in quotes. Text that a spreadsheet would calculate gets an apostrophe in front, so that it
 * stays text.
 */
function csvCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const guarded = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/.test(text) ? `'${text}` : text
  return `"${guarded.replaceAll('"', '""')}"`
}
