import { sealOf } from '#app/activity/chain'
import type ActivityHead from '#app/activity/models/activity_head'

/** How long a record was and how it ended when someone wrote that down. */
export interface KeptHead {
  count: number
  hash: string
}

/** What is wrong with the record, from which row on; null where no row is to blame. */
export interface Finding {
  sequence: number | null
  problem: string
}

export function at(sequence: number, problem: string): Finding {
  return { sequence, problem }
}

/** Rows that are not there, of which the record has later ones or counts more. */
export function missing(first: number, last: number): Finding {
  return at(first, first === last ? 'It is missing.' : `Rows ${first} to ${last} are missing.`)
}

/**
 * What a kept head says against where the record begins and ends, before any row is looked at, or
 * null.
 */
export function problemOfKept(head: ActivityHead, kept: KeptHead | null): Finding | null {
  if (kept && kept.count > head.count) {
    return missing(head.count + 1, kept.count)
  }
  if (kept && kept.count < head.prunedCount) {
    const problem = `The head that was kept is of row ${kept.count}, and the first ${head.prunedCount} were removed by age since. Compare with a newer one.`
    return { sequence: null, problem }
  }
  if (kept && kept.count === head.prunedCount && kept.hash !== head.prunedHash) {
    return at(kept.count, 'It was another than the head that was kept.')
  }
  return null
}

/** A finding about the rows, or null, together with that the ends of the record were moved. */
export function withBrokenSeal(finding: Finding | null): Finding {
  const words = 'The note of where the record begins and ends was changed'
  return finding
    ? { ...finding, problem: `${finding.problem} ${words}, too.` }
    : { sequence: null, problem: `${words}.` }
}

/**
 * Whether the ends of the record are as they were written. Before the first row there is neither
 * a key nor a seal.
 */
export function isSealed(head: ActivityHead) {
  const key = head.chainKey?.reveal()
  if (key === undefined) return head.seal === null && head.count === 0 && head.prunedCount === 0
  return head.seal === sealOf(key, head)
}
