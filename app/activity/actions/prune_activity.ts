import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { sealOf } from '#app/activity/chain'
import ActivityHead from '#app/activity/models/activity_head'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'

/** How many rows one transaction removes: for as long as it takes, nobody can add any. */
const BATCH = 5_000

/**
 * Removes the oldest rows of activity by age: only from the beginning, and noting where the record
 * begins from then on, so that a row that someone takes out is noticed as before. That it did is on
 * record too.
 */
export default class PruneActivity {
  /**
   * @param days how old a row may become
   * @returns how many rows were removed
   */
  async handle({ days }: { days: number }): Promise<number> {
    const keptSince = DateTime.utc().minus({ days })
    let total = 0
    for (let removed = BATCH; removed === BATCH;) {
      removed = await db.transaction((trx) => removeOldest(keptSince, trx))
      total += removed
    }
    return total
  }
}

async function removeOldest(keptSince: DateTime, trx: TransactionClientContract): Promise<number> {
  // The write comes first: it waits for whoever is adding or removing, and keeps others waiting.
  await trx.from('activity_heads').where('id', 'panel').increment('pruned_count', 0)
  const head = await ActivityHead.query({ client: trx }).where('id', 'panel').firstOrFail()
  const last = await lastToRemove(head, keptSince, trx)
  if (last === null || head.chainKey === null) return 0
  const removed = last.sequence - head.prunedCount
  await trx.from('activities').where('sequence', '<=', last.sequence).delete()
  head.prunedCount = last.sequence
  head.prunedHash = last.hash
  head.seal = sealOf(head.chainKey.reveal(), head)
  await head.save()
  const details = { rows: removed, before: keptSince.toISODate() }
  await recordActivity(systemOrigin(), { action: 'activity.pruned', details }, trx)
  return removed
}

/**
 * The last row before the first that is still young enough, at most a batch from the beginning;
 * null when the first one is. Moments of rows need not rise: clocks are set back.
 */
async function lastToRemove(
  head: ActivityHead,
  keptSince: DateTime,
  trx: TransactionClientContract
): Promise<{ sequence: number; hash: string } | null> {
  const most = Math.min(head.count, head.prunedCount + BATCH)
  const kept = await trx
    .from('activities')
    .where('sequence', '<=', most)
    .where('created_at', '>=', keptSince.toMillis())
    .orderBy('sequence')
    .first()
  const sequence = kept ? Number(kept.sequence) - 1 : most
  if (sequence <= head.prunedCount) return null
  const row = await trx.from('activities').where('sequence', sequence).firstOrFail()
  return { sequence, hash: row.hash }
}
