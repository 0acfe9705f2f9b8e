import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { advance } from '#app/deployments/advance'
import { endWaiting } from '#app/deployments/end_waiting'
import { holdDeployment } from '#app/deployments/hold_deployment'
import { holdProject } from '#app/deployments/hold_project'
import type Deployment from '#app/deployments/models/deployment'
import { placesOf } from '#app/deployments/queries/standing'
import type Project from '#app/projects/models/project'
import { cancelRuns } from '#app/runs/call_off'

/**
 * Cancels deployments. Those that wait never begin. Of one under way, servers that have not begun
 * never do, the others end and take back what they did. Asking again, or once all have been told to
 * keep the release, changes nothing.
 */
export default class CancelDeployment {
  async handle(origin: Origin, deployment: Deployment): Promise<void> {
    if ((await this.callOff(origin, { id: deployment.projectId }, [deployment])) > 0) return
    const ids = await db.transaction(async (trx) => {
      const held = await holdDeployment(deployment.id, trx)
      if (!held?.isActive || held.phase === 'commit') return []
      const rows = await placesOf(held, trx)
      const runs = rows.flatMap(({ state, runId }) => (state === 'running' && runId ? runId : []))
      if (held.cancelRequestedAt) return runs
      await trx.from('deployments').where('id', held.id).update({ cancel_requested_at: Date.now() })
      await held.useTransaction(trx).refresh()
      await advance(held, trx)
      const subject = { type: 'deployment', id: held.id, name: held.project.name }
      await recordActivity(origin, { action: 'deployment.cancel_asked', subject, runs }, trx)
      return runs
    })
    // Not in that transaction: whoever ends a run has it, and then waits for the deployment.
    await cancelRuns(ids)
  }

  /** Cancels those of a project's deployments that still wait, and says how many did. */
  async callOff(
    origin: Origin,
    { id: projectId }: Pick<Project, 'id'>,
    deployments: readonly Deployment[]
  ): Promise<number> {
    return db.transaction(async (trx) => {
      const project = await holdProject(projectId, trx)
      if (!project) return 0
      const waiting = deployments.map(({ id }) => id)
      const ended = await endWaiting(project, 'cancelled', waiting, trx)
      for (const { id } of ended) {
        const subject = { type: 'deployment', id, name: project.name }
        await recordActivity(origin, { action: 'deployment.called_off', subject }, trx)
      }
      return ended.length
    })
  }
}
