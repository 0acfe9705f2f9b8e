import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { advance } from '#app/bulk_runs/advance'
import { holdBulkRun } from '#app/bulk_runs/hold_bulk_run'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { recordStart } from '#app/bulk_runs/record_start'
import { waveOf } from '#app/bulk_runs/waves'
import { refuse } from '#app/core/exceptions/refusal'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Begins a bulk run whose servers someone has seen and confirmed. Confirming again does nothing.
 *
 * @throws a refusal when none of the servers is there any more
 */
@inject()
export default class ConfirmBulkRun {
  async handle(scope: Scope, { id }: BulkRun): Promise<void> {
    await db.transaction(async (trx) => {
      const bulkRun = await holdBulkRun(id, trx)
      if (bulkRun?.state !== 'draft') return
      // What they see may have changed since they asked.
      const seen = Server.within(scope, { client: trx }).select('servers.id')
      await BulkRunTarget.within({ teamId: scope.teamId }, { client: trx })
        .where('bulk_run_id', id)
        .where((other) => other.whereNull('server_id').orWhereNotIn('server_id', seen))
        .delete()
      const targets = await BulkRunTarget.within(scope, { client: trx })
        .where('bulk_run_id', id)
        .orderBy('position')
        .select('id', 'server_name')
      if (targets.length === 0) refuse('servers', 'None of its servers is there any more.')
      await this.#order(bulkRun, targets, trx)
      const now = Date.now()
      bulkRun.state = 'running'
      await trx
        .from('bulk_runs')
        .where('id', id)
        .update({ state: 'running', started_at: now, updated_at: now })
      await advance(bulkRun, trx)
      await recordStart(
        scope.origin,
        bulkRun,
        targets.map(({ serverName }) => ({ name: serverName })),
        trx
      )
    })
  }

  /** Those that are left close ranks, so that there is a canary again where there has to be one. */
  async #order(
    { pace }: BulkRun,
    targets: readonly BulkRunTarget[],
    trx: TransactionClientContract
  ) {
    const waves = Map.groupBy(targets.keys(), (position) => waveOf(position, pace))
    for (const [wave, positions] of waves) {
      const ids = [...positions].map((position) => targets[position].id)
      await trx.from('bulk_run_targets').whereIn('id', ids).update({ wave })
    }
  }
}
