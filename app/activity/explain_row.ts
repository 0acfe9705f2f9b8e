import { hashOfRow } from '#app/activity/chain'
import { at, missing, type Finding } from '#app/activity/findings'
import type ActivityHead from '#app/activity/models/activity_head'
import { rowAt, type StoredRow } from '#app/activity/stored_rows'

/**
 * Why a row does not continue the chain, as far as the rows around it tell.
 *
 * @param last the row before, which does
 */
export async function explainRow(
  key: string,
  row: StoredRow,
  last: { sequence: number; hash: string },
  head: ActivityHead
): Promise<Finding> {
  const { sequence } = row
  if (sequence > head.count) return at(sequence, 'It comes after the end of the record.')
  if (sequence > last.sequence + 1) return missing(last.sequence + 1, sequence - 1)
  if (row.hash === hashOfRow(key, row)) {
    return at(sequence, 'It does not follow on the row before it.')
  }
  const written = placeOf(key, row, head.count)
  if (written) return at(sequence, `It is out of order: it was written as row ${written}.`)
  const next = await rowAt(sequence + 1)
  return next?.previous_hash === last.hash
    ? at(sequence, 'It was put in between two others.')
    : at(sequence, 'It was changed after it was written, or replaced.')
}

/** The sequence under which a row was written, when that is all that is wrong with it. */
function placeOf(key: string, row: StoredRow, count: number): number | null {
  for (let sequence = 1; sequence <= count; sequence++) {
    if (row.hash === hashOfRow(key, { ...row, sequence })) return sequence
  }
  return null
}
