import db from '@adonisjs/lucid/services/db'
import { callOff } from '#app/runs/call_off'
import { openRunStates } from '#app/runs/states'

/**
 * Asks for the runs of a bulk run that are under way to be cancelled.
 *
 * @param serverIds only those on these servers
 */
export async function cancelRuns(id: string, serverIds?: readonly string[]): Promise<void> {
  const targets = db
    .from('bulk_run_targets')
    .where({ bulk_run_id: id, state: 'running' })
    .select('run_id')
  if (serverIds) targets.whereIn('server_id', [...serverIds])
  const rows = await targets
  const ids = rows.map((row) => row.run_id as string)
  const changed = await db
    .from('runs')
    .whereIn('id', ids)
    .whereIn('state', [...openRunStates])
    .whereNull('cancel_requested_at')
    .update({ cancel_requested_at: Date.now() })
  if (Number(changed) > 0) await callOff(ids)
}
