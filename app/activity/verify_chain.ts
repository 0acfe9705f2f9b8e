import { hashOfRow } from '#app/activity/chain'
import { explainRow } from '#app/activity/explain_row'
import {
  at,
  isSealed,
  missing,
  problemOfKept,
  withBrokenSeal,
  type Finding,
  type KeptHead,
} from '#app/activity/findings'
import ActivityHead from '#app/activity/models/activity_head'
import { firstRow, rowsAfter } from '#app/activity/stored_rows'

export interface Verification {
  /** Null when every row is there, as it was written. */
  finding: Finding | null
  /** How many rows were ever added, and the hash of the newest. */
  count: number
  hash: string
  /** How many of the oldest were removed by age. */
  pruned: number
}

/**
 * Walks the whole record and finds the first row that was changed, taken out, put in or moved by
 * something that has not the key of the chain. Acts may be added meanwhile.
 *
 * @param kept a head written down earlier, which the record must still contain
 * @throws when the key of the chain cannot be decrypted
 */
export async function verifyChain(kept: KeptHead | null = null): Promise<Verification> {
  for (;;) {
    const begin = await readHead()
    const ofRows = problemOfKept(begin, kept) ?? (await walk(begin, kept))
    const head = await readHead()
    // Rows that were removed by age in the meantime look as if someone had taken them out.
    if (ofRows !== null && head.prunedCount !== begin.prunedCount) continue
    const finding = isSealed(begin) && isSealed(head) ? ofRows : withBrokenSeal(ofRows)
    return { finding, count: head.count, hash: head.hash, pruned: head.prunedCount }
  }
}

function readHead() {
  return ActivityHead.query().where('id', 'panel').firstOrFail()
}

async function readKey() {
  const { chainKey } = await readHead()
  return chainKey
}

async function walk(begin: ActivityHead, kept: KeptHead | null): Promise<Finding | null> {
  let key = begin.chainKey
  const first = await firstRow()
  if (first && first.sequence <= begin.prunedCount) {
    return at(first.sequence, 'It is there, though it had been removed by age.')
  }
  let last = { sequence: begin.prunedCount, hash: begin.prunedHash }
  // A row and the head that counts it are written together: what this head counts can be read.
  for (let end = begin; ;) {
    for await (const row of rowsAfter(last.sequence)) {
      // The key is made with the first row, which may have been added since.
      key ??= await readKey()
      const secret = key?.reveal() ?? ''
      const follows = row.sequence === last.sequence + 1 && row.previous_hash === last.hash
      if (!follows || row.hash !== hashOfRow(secret, row)) {
        return explainRow(secret, row, last, await readHead())
      }
      last = { sequence: row.sequence, hash: row.hash }
      if (kept?.count === last.sequence && kept.hash !== last.hash) {
        return at(last.sequence, 'It is another than the head that was kept.')
      }
    }
    if (last.sequence < end.count) return missing(last.sequence + 1, end.count)
    end = await readHead()
    if (end.count < last.sequence) return at(end.count + 1, 'It comes after the end of the record.')
    if (end.count > last.sequence) continue
    return end.hash === last.hash ? null : at(end.count, 'The record ends with another row.')
  }
}
