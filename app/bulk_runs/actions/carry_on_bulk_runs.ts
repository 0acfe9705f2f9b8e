import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { advance } from '#app/bulk_runs/advance'
import { cancelRuns } from '#app/bulk_runs/cancel_runs'
import { holdBulkRun } from '#app/bulk_runs/hold_bulk_run'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { settleTarget } from '#app/bulk_runs/settle_target'
import Run from '#app/runs/models/run'
import type { RunEnd } from '#app/runs/run_handler'

/** How long something waits for its confirmation, in minutes. */
export const DRAFT_MINUTES = 15

/**
 * Sees to bulk runs that nothing else brings forward: a server that was removed takes its run with
 * it, and nobody is left to say how that ended. Forgets what was not confirmed in time.
 */
export default class CarryOnBulkRuns {
  async handle(): Promise<void> {
    const open = await BulkRun.acrossTeams()
      .where('state', 'running')
      .select('id', 'cancel_requested_at')
    for (const { id, cancelRequestedAt } of open) {
      await this.#carryOn(id, cancelRequestedAt !== null).catch((error) =>
        logger.error({ err: error, bulkRun: id }, 'a bulk run was not carried on')
      )
    }
    await BulkRun.acrossTeams()
      .where('state', 'draft')
      .where('created_at', '<', DateTime.utc().minus({ minutes: DRAFT_MINUTES }).toMillis())
      .delete()
  }

  async #carryOn(id: string, cancels: boolean): Promise<void> {
    await db.transaction((trx) => carryOn(id, trx))
    if (cancels) await cancelRuns(id)
  }
}

async function carryOn(id: string, trx: TransactionClientContract) {
  const bulkRun = await holdBulkRun(id, trx)
  if (!bulkRun) return
  const running = await trx
    .from('bulk_run_targets')
    .where({ bulk_run_id: id, state: 'running' })
    .select('run_id')
  const ids = running.map((row) => row.run_id as string)
  const runs = await Run.acrossTeams({ client: trx }).whereIn('id', ids)
  for (const run of runs.filter(({ isOpen }) => !isOpen)) {
    const { exitCode, results } = run
    await settleTarget(run, { state: run.state as RunEnd['state'], exitCode, results }, trx)
  }
  const found = new Set(runs.map((run) => run.id))
  const gone = ids.filter((runId) => !found.has(runId))
  const now = Date.now()
  await trx
    .from('bulk_run_targets')
    .where('bulk_run_id', id)
    .whereIn('run_id', gone)
    .update({ state: 'lost', note: 'The server was removed', finished_at: now, updated_at: now })
  const after = await holdBulkRun(id, trx)
  if (after) await advance(after, trx)
}
