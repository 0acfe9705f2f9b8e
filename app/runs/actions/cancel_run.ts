import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { callOff } from '#app/runs/call_off'
import type Run from '#app/runs/models/run'

/**
 * Asks for a run to be cancelled. The worker that has it stops it on its server and calls it
 * cancelled only when nothing of it is left there. Asking again, or after its end, does nothing.
 */
export default class CancelRun {
  async handle(origin: Origin, run: Run): Promise<void> {
    await db.transaction(async (trx) => {
      const changed = await trx
        .from('runs')
        .where('id', run.id)
        .where('team_id', run.teamId)
        .whereIn('state', ['queued', 'running'])
        .whereNull('cancel_requested_at')
        .update({ cancel_requested_at: Date.now() })
      if (Number(changed) !== 1) return
      const subject = { type: 'run', id: run.id, name: run.title }
      await recordActivity(origin, { action: 'run.cancelled', subject, runs: [run.id] }, trx)
    })
    await callOff([run.id])
  }
}
