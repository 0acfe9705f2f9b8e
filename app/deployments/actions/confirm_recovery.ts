import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Deployment from '#app/deployments/models/deployment'

/**
 * Notes that a person has seen visitors answered well again since a deployment left the project
 * unwell, though no other one went live: what was wrong may have been elsewhere.
 */
export default class ConfirmRecovery {
  /** @param deployment with its project */
  async handle(origin: Origin, deployment: Deployment): Promise<void> {
    const { id, projectId, project } = deployment
    await db.transaction(async (trx) => {
      const changed = await Deployment.within(deployment, { client: trx })
        .where({ projectId, critical: true })
        .where('id', '<=', id)
        .update({ critical: false, updated_at: Date.now() })
      if (Number(changed) === 0) return
      const subject = { type: 'deployment', id, name: project.name }
      await recordActivity(origin, { action: 'deployment.well_again', subject }, trx)
    })
  }
}
