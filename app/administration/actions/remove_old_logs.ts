import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { DateTime } from 'luxon'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { keptRunIds } from '#app/administration/queries/kept_run_ids'
import Run from '#app/runs/models/run'
import { panelSettings } from '#app/settings/models/panel_settings'

/** How many runs one transaction looks at. */
const BATCH = 50

/**
 * Removes the logs of runs that ended longer ago than the settings say. The runs themselves stay,
 * and so do the logs of what is live and of each project's last deployments.
 */
export default class RemoveOldLogs {
  async handle(): Promise<void> {
    const { runRetentionDays: days } = await panelSettings()
    const before = DateTime.utc().minus({ days }).toMillis()
    for (let after = { finishedAt: 0, id: '' }; ;) {
      const old = await this.#oldRuns(before, after)
      const last = old.at(-1)
      if (!last) return
      const ids = old.map(({ id }) => id)
      await db.transaction((trx) => this.#remove(ids, days, trx))
      after = { finishedAt: last.finishedAt!.toMillis(), id: last.id }
    }
  }

  /** In the order of an index, which leaves out what was removed long ago. */
  #oldRuns(before: number, after: { finishedAt: number; id: string }): Promise<Run[]> {
    return Run.acrossTeams()
      .whereNull('log_removed_at')
      .whereBetween('finished_at', [after.finishedAt, before - 1])
      .where((later) => {
        later.where('finished_at', '>', after.finishedAt).orWhere('id', '>', after.id)
      })
      .where('log_size', '>', 0)
      .orderBy('finished_at')
      .orderBy('id')
      .limit(BATCH)
      .select('id', 'finished_at')
  }

  async #remove(old: string[], days: number, trx: TransactionClientContract): Promise<void> {
    // The write comes first: what is live by then is read after it, and taken out again.
    await trx.from('runs').whereIn('id', old).update({ log_removed_at: Date.now() })
    const kept = await keptRunIds(old, trx)
    const [stay, go] = [old.filter((id) => kept.has(id)), old.filter((id) => !kept.has(id))]
    await trx.from('runs').whereIn('id', stay).update({ log_removed_at: null })
    if (go.length === 0) return
    for (const id of go) await trx.from('run_log_chunks').where('run_id', id).delete()
    await trx.from('run_steps').whereIn('run_id', go).update({ log_position: null })
    await trx.from('runs').whereIn('id', go).update({ log_size: 0, log_checkpoint: 0 })
    const details = { logs: go.length, olderThanDays: days }
    await recordActivity(systemOrigin(), { action: 'run_logs.removed', details }, trx)
  }
}
