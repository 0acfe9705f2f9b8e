import { randomBytes } from 'node:crypto'
import { ulid } from 'ulid'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { Secret } from '#engine/shell/secret'
import { hashOfRow, sealOf, type ChainedRow } from '#app/activity/chain'
import { shortened, shortenedDetails } from '#app/activity/fitting'
import ActivityHead from '#app/activity/models/activity_head'
import type { Origin } from '#app/activity/origin'

/** What was done. */
export interface Act {
  /** Noun and verb in the past, such as `server.added`. */
  action: string
  subject?: { type: string; id: string; name: string }
  /** What else a reader wants to know. Never a secret. */
  details?: Record<string, unknown>
  /** Ids of the runs that the act caused. */
  runs?: readonly string[]
  /** The team it concerns, where that is not the one acted in. */
  teamId?: string
}

/**
 * Adds an act to the record, in the transaction that does it: both are there or neither is.
 * Call it last in a transaction, because the end of the chain stays locked until that ends.
 *
 * @param trx the transaction of the act; without one the record has its own
 */
export async function recordActivity(
  origin: Origin,
  act: Act,
  trx?: TransactionClientContract
): Promise<void> {
  if (!trx) return db.transaction((own) => recordActivity(origin, act, own))
  // The write comes first: it waits for whoever else is adding, and then reads what they added.
  await trx.from('activity_heads').where('id', 'panel').increment('count', 1)
  const head = await ActivityHead.query({ client: trx }).where('id', 'panel').firstOrFail()
  head.chainKey ??= new Secret(randomBytes(32).toString('base64url'))
  const key = head.chainKey.reveal()
  const row = rowOf(origin, act, head)
  head.hash = hashOfRow(key, row)
  head.seal = sealOf(key, head)
  await trx.table('activities').insert({ ...row, hash: head.hash })
  await head.save()
}

function rowOf({ actor, teamId, address, requestId }: Origin, act: Act, head: ActivityHead) {
  const row: ChainedRow = {
    id: ulid(),
    sequence: head.count,
    team_id: act.teamId ?? teamId,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: shortened(actor.name, 254),
    action: act.action,
    subject_type: act.subject?.type ?? null,
    subject_id: act.subject?.id ?? null,
    subject_name: shortened(act.subject?.name ?? null, 254),
    details: JSON.stringify(shortenedDetails(act.details ?? {})),
    run_ids: JSON.stringify(act.runs ?? []),
    address: shortened(address, 45),
    request_id: shortened(requestId, 64),
    created_at: Date.now(),
    previous_hash: head.hash,
  }
  return row
}
