import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { recordActivity } from '#app/activity/record_activity'
import { advance, skipWaiting } from '#app/bulk_runs/advance'
import { cancelRuns } from '#app/bulk_runs/cancel_runs'
import { holdBulkRun } from '#app/bulk_runs/hold_bulk_run'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import type { Scope } from '#app/teams/scope'

/**
 * Asks for a bulk run to be cancelled: what has not begun will not, what runs is cancelled on its
 * server. Restricted members cancel what happens on the servers they see, and nothing else.
 */
@inject()
export default class CancelBulkRun {
  async handle(scope: Scope, { id }: BulkRun): Promise<void> {
    const cancels = await db.transaction((trx) => this.#stop(scope, id, trx))
    // Not before that is done: who ends a run holds its row and waits for the bulk run's.
    if (cancels) await cancelRuns(id, scope.restriction?.serverIds)
  }

  async #stop(scope: Scope, id: string, trx: TransactionClientContract): Promise<boolean> {
    const bulkRun = await holdBulkRun(id, trx)
    if (bulkRun?.state !== 'running' || bulkRun.cancelRequestedAt) return false
    if (!scope.restriction) {
      bulkRun.cancelRequestedAt = DateTime.utc()
      const now = bulkRun.cancelRequestedAt.toMillis()
      const changes = { cancel_requested_at: now, updated_at: now }
      await trx.from('bulk_runs').where('id', id).update(changes)
    }
    await skipWaiting(bulkRun, trx, scope.restriction?.serverIds)
    await advance(bulkRun, trx)
    const subject = bulkRun.asSubject
    await recordActivity(scope.origin, { action: 'bulk_run.cancel_asked', subject }, trx)
    return true
  }

  /** Throws away what was not confirmed. */
  async discard(scope: Scope, { id }: BulkRun): Promise<void> {
    await db
      .from('bulk_runs')
      .where({ id, team_id: scope.teamId, created_by: scope.userId, state: 'draft' })
      .delete()
  }
}
