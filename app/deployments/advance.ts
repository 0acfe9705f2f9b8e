import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { beginRuns } from '#app/deployments/begin_runs'
import { decide, type Decision } from '#app/deployments/decide'
import { endDeployment } from '#app/deployments/end_deployment'
import type Deployment from '#app/deployments/models/deployment'
import { placesOf, standingOf } from '#app/deployments/queries/standing'
import type { Phase } from '#app/deployments/states'
import { runEvents } from '#app/runs/run_events'

/** These send servers on their way: whoever says so has asked every one of them just before. */
export const GOING: readonly Phase[] = ['switch', 'commit']

/**
 * Does what the servers of a deployment call for: begins those whose turn has come, stops the rest,
 * sends those that went too far back, ends it. Facts alone decide, so that anyone may call it at any
 * time, holding the deployment (`holdDeployment`) in the transaction that changed something.
 *
 * @param mayGo the caller has asked all servers and holds the deployment's fence
 */
export async function advance(
  deployment: Deployment,
  trx: TransactionClientContract,
  { mayGo = false } = {}
): Promise<void> {
  trx.after('commit', () => runEvents.changed(deployment.id))
  while (deployment.isActive) {
    const rows = await placesOf(deployment, trx)
    const decision = decide(await standingOf(deployment, rows, trx))
    const chosen = 'positions' in decision ? decision.positions : []
    const picked = rows.filter(({ position }) => chosen.includes(position))
    if (decision.kind === 'end') return endDeployment(deployment, rows, trx)
    if (decision.kind === 'wait') return
    if (decision.kind === 'phase' && GOING.includes(decision.phase) && !mayGo) return
    if (decision.kind === 'phase') await enter(deployment, decision, trx)
    else if (decision.kind === 'skip') await skipWaiting(deployment, decision.reason, trx)
    else {
      const returns = decision.kind === 'return'
      if (returns) for (const row of picked) row.returns = true
      await beginRuns(deployment, picked, trx)
    }
  }
}

/** A phase is entered once, from the one before it, and by whoever holds the fence. */
async function enter(
  deployment: Deployment,
  { phase, reason }: Extract<Decision, { kind: 'phase' }>,
  trx: TransactionClientContract
) {
  const now = Date.now()
  const changed = await trx
    .from('deployments')
    .where({ id: deployment.id, state: 'active', fence: deployment.fence })
    .where('phase', deployment.phase!)
    .update({ phase, phase_at: now, stop_reason: reason?.slice(0, 300) ?? null, updated_at: now })
  if (Number(changed) !== 1) throw new Error(`Deployment ${deployment.id} was decided elsewhere.`)
  await deployment.useTransaction(trx).refresh()
}

async function skipWaiting(deployment: Deployment, reason: string, trx: TransactionClientContract) {
  const now = Date.now()
  await trx
    .from('deployment_runs')
    .where({ deployment_id: deployment.id, state: 'waiting' })
    .update({ state: 'skipped', updated_at: now })
  if (deployment.stopReason) return
  await trx
    .from('deployments')
    .where('id', deployment.id)
    .update({ stop_reason: reason.slice(0, 300), updated_at: now })
  deployment.stopReason = reason
}
