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
