import db from '@adonisjs/lucid/services/db'

/** A line is looked for no further than this, in bytes. */
const LONGEST_LINE = 64 * 1024

/**
 * A slice of a stored log. Offsets count bytes; the text is cut where a character ends.
 */
export interface LogSlice {
  offset: number
  next: number
  size: number
  text: string
}

/**
 * Reads a run's stored log. It only ever grows, so an offset names the same byte for ever.
 *
 * @param run the run's id and stored size in bytes
 * @param from first byte wanted
 * @param limit at most this many bytes
 * @param complete whether nothing will follow, so that a cut character at the very end is given too
 */
export async function readLog(
  run: { id: string; logSize: number },
  { from, limit, complete }: { from: number; limit: number; complete: boolean }
): Promise<LogSlice> {
  const start = Math.min(Math.max(0, from), run.logSize)
  const bytes = await readBytes(run.id, start, Math.min(limit, run.logSize - start))
  const atEnd = start + bytes.length >= run.logSize
  const whole = complete && atEnd ? bytes.length : lengthOfWholeCharacters(bytes)
  return {
    offset: start,
    next: start + whole,
    size: run.logSize,
    text: bytes.subarray(0, whole).toString('utf8'),
  }
}

/**
 * Where the first line begins that begins at or behind a byte of the log.
 */
export async function startOfLine(
  run: { id: string; logSize: number },
  from: number
): Promise<number> {
  if (from <= 0) return 0
  const bytes = await readBytes(run.id, from - 1, LONGEST_LINE)
  const newline = bytes.indexOf(0x0a)
  if (newline !== -1) return from + newline
  // In the middle of an endless line: at least where a character begins.
  const character = bytes.subarray(1).findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000)
  return from + Math.max(0, character)
}

/**
 * How many lines end before a byte of the log.
 */
export async function linesBefore(run: { id: string }, offset: number): Promise<number> {
  const start = await startOfChunk(run.id, offset)
  const before = await db
    .from('run_log_chunks')
    .where('run_id', run.id)
    .where('position', '<', start)
    .sum('lines as lines')
    .first()
  return Number(before?.lines ?? 0) + newlinesIn(await readBytes(run.id, start, offset - start))
}

/**
 * How many lines end in a piece of a log.
 */
export function newlinesIn(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++
  return count
}

/** Where the chunk begins that holds a byte. */
async function startOfChunk(runId: string, offset: number): Promise<number> {
  const chunk = await db
    .from('run_log_chunks')
    .where('run_id', runId)
    .where('position', '<=', offset)
    .max('position as position')
    .first()
  return Number(chunk?.position ?? 0)
}

async function readBytes(runId: string, from: number, length: number): Promise<Buffer> {
  if (length <= 0) return Buffer.alloc(0)
  const rows = await db
    .from('run_log_chunks')
    .select('position', 'bytes')
    .where('run_id', runId)
    .where('position', '>=', await startOfChunk(runId, from))
    .where('position', '<', from + length)
    .orderBy('position')
  const parts = rows.map((row: { position: number; bytes: Buffer }) => {
    const position = Number(row.position)
    return row.bytes.subarray(Math.max(0, from - position), Math.max(0, from + length - position))
  })
  return parts.length === 1 ? parts[0] : Buffer.concat(parts)
}

/**
 * How many of the bytes make whole UTF-8 characters; at most three bytes at the end are left out.
 */
export function lengthOfWholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]
    if ((byte & 0b1100_0000) === 0b1000_0000) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return needed > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
