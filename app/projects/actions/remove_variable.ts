import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

/**
 * Removes one environment variable of a project.
 */
export default class RemoveVariable {
  async handle(origin: Origin, project: Project, variable: ProjectVariable): Promise<void> {
    await db.transaction(async (trx) => {
      const removed = await ProjectVariable.within(project, { client: trx })
        .where('id', variable.id)
        .delete()
      if (Number(removed) !== 1) return
      const details = { key: variable.key }
      await recordActivity(
        origin,
        { action: 'variable.removed', subject: project.asSubject, details },
        trx
      )
    })
  }
}
