import { createHash } from 'node:crypto'
import { stripVTControlCharacters } from 'node:util'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'

/** How much of the beginning of an output is compared, in bytes. */
export const MOST_COMPARED = 256 * 1024

/** How much of a note is kept, in characters. */
const MOST_OF_A_NOTE = 160

/**
 * What is compared of a run's output: its beginning, without the line break at the very end.
 */
export async function outputOf(
  run: { id: string; logSize: number },
  client: TransactionClientContract | typeof db = db
): Promise<string> {
  const rows = await client
    .from('run_log_chunks')
    .where('run_id', run.id)
    .where('position', '<', MOST_COMPARED)
    .orderBy('position')
    .select('bytes')
  const bytes = Buffer.concat(rows.map((row) => Buffer.from(row.bytes)))
  return bytes.subarray(0, MOST_COMPARED).toString('utf8').replace(/\n$/, '')
}

/**
 * Names an output, so that equal ones have one name. Those that are longer than what is compared
 * are equal only when they are equally long.
 */
export function hashOfOutput(text: string, size: number): string {
  const beyond = size > MOST_COMPARED ? `\0${size}` : ''
  return createHash('sha256').update(text).update(beyond).digest('hex')
}

/**
 * The last line that says something, as a note for tables; null for none.
 */
export function noteOf(output: string): string | null {
  const tail = stripVTControlCharacters(output.slice(-4096)).toWellFormed()
  const lines = tail.split(/[\r\n]+/).map((line) => line.replace(/\p{Cc}/gu, ' ').trim())
  const last = lines.findLast(Boolean)
  return cutNote(last ?? null)
}

/** As much of a note as is kept; null for none. */
export function cutNote(note: string | null): string | null {
  return note ? [...note].slice(0, MOST_OF_A_NOTE).join('') : null
}
