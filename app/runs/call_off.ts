import db from '@adonisjs/lucid/services/db'
import { hasten } from '#app/runs/claims'
import { runEvents } from '#app/runs/run_events'

/**
 * Has runs whose cancellation was asked for looked at at once, by whoever has them or takes them next.
 */
export async function callOff(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await hasten((runs) => runs.whereIn('id', [...ids]))
  for (const id of ids) {
    runEvents.changed(id)
    runEvents.cancelRequested(id)
  }
  runEvents.wakeWorkers()
}

/**
 * Asks for the end of those of the runs that have not ended. Once asked for, it is not asked again.
 */
export async function cancelRuns(ids: readonly string[]): Promise<void> {
  await db
    .from('runs')
    .whereIn('id', [...ids])
    .whereIn('state', ['queued', 'running'])
    .whereNull('cancel_requested_at')
    .update({ cancel_requested_at: Date.now() })
  await callOff(ids)
}
