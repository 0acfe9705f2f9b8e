import db from '@adonisjs/lucid/services/db'
import type Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'

/**
 * Asks for a run to be cancelled. The worker that has it stops it on its server and calls it
 * cancelled only when nothing of it is left there.
 */
export default class CancelRun {
  async handle(run: Run): Promise<void> {
    await db
      .from('runs')
      .where('id', run.id)
      .where('team_id', run.teamId)
      .whereIn('state', ['queued', 'running'])
      .whereNull('cancel_requested_at')
      .update({ cancel_requested_at: Date.now() })
    runEvents.changed(run.id)
    runEvents.wakeWorkers()
  }
}
