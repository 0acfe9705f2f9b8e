import db from '@adonisjs/lucid/services/db'
import type Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'

/**
 * Notes whether a run's server can be asked about it, for its page to show.
 */
export async function noteReachability(run: Run, reachable: boolean): Promise<void> {
  const row = () => db.from('runs').where({ id: run.id, fence: run.fence })
  const changed = reachable
    ? await row().whereNotNull('unreachable_since').update({ unreachable_since: null })
    : await row().whereNull('unreachable_since').update({ unreachable_since: Date.now() })
  if (Number(changed) > 0) runEvents.changed(run.id)
}
