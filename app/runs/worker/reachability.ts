import db from '@adonisjs/lucid/services/db'
import type Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'

/**
 * Notes that a run's server, which was silent, can be asked about it again.
 */
export async function noteReached(run: Run): Promise<void> {
  if (run.unreachableSince === null) return
  run.unreachableSince = null
  await db.from('runs').where({ id: run.id, fence: run.fence }).update({ unreachable_since: null })
  runEvents.changed(run.id)
}
