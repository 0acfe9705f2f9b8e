import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Project from '#app/projects/models/project'

/**
 * Removes a project's row, and with it all that belongs to it; on record, too.
 */
export async function forgetProject(
  origin: Origin,
  project: Project,
  trx: TransactionClientContract
) {
  const removed = await Project.within(project, { client: trx }).where('id', project.id).delete()
  if (Number(removed) !== 1) return
  const details = { address: project.url }
  await recordActivity(
    origin,
    { action: 'project.removed', subject: project.asSubject, details },
    trx
  )
}
