import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { advance } from '#app/deployments/advance'
import { holdDeployment } from '#app/deployments/hold_deployment'
import type Deployment from '#app/deployments/models/deployment'
import { placesOf } from '#app/deployments/queries/standing'
import { callOff } from '#app/runs/call_off'

/**
 * Asks for a deployment to be cancelled on all its servers: those that have not begun never do, the
 * others end and take back what they did. Asking again, or once all have been told to keep the
 * release, changes nothing.
 */
export default class CancelDeployment {
  async handle(origin: Origin, deployment: Deployment): Promise<void> {
    const ids = await db.transaction(async (trx) => {
      const held = await holdDeployment(deployment.id, trx)
      if (!held?.isOpen || held.phase === 'commit') return []
      const rows = await placesOf(held, trx)
      const running = rows.filter(({ state }) => state === 'running')
      const runs = running.flatMap(({ runId }) => runId ?? [])
      if (held.cancelRequestedAt) return runs
      await trx.from('deployments').where('id', held.id).update({ cancel_requested_at: Date.now() })
      await held.useTransaction(trx).refresh()
      await advance(held, trx)
      const subject = { type: 'deployment', id: held.id, name: held.project.name }
      await recordActivity(origin, { action: 'deployment.cancel_asked', subject, runs }, trx)
      return runs
    })
    // Not in that transaction: whoever ends a run has it, and then waits for the deployment.
    await db
      .from('runs')
      .whereIn('id', ids)
      .whereIn('state', ['queued', 'running'])
      .whereNull('cancel_requested_at')
      .update({ cancel_requested_at: Date.now() })
    await callOff(ids)
  }
}
