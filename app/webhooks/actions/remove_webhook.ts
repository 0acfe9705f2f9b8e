import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type Project from '#app/projects/models/project'
import Webhook from '#app/webhooks/models/webhook'

/**
 * Removes a project's webhook with its deliveries. Pushes deploy nothing any more.
 */
export default class RemoveWebhook {
  async handle(origin: Origin, project: Project): Promise<void> {
    await db.transaction(async (trx) => {
      const removed = await Webhook.within(project, { client: trx })
        .where('project_id', project.id)
        .delete()
      if (Number(removed) !== 1) return
      const subject = project.asSubject
      await recordActivity(origin, { action: 'webhook.removed', subject }, trx)
    })
  }
}
