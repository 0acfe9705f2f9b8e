import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'

/**
 * Takes a process out of a project's settings. Its instances end with the next deployment.
 */
@inject()
export default class RemoveProcess {
  async handle(origin: Origin, project: Project, { id, name }: ProjectProcess): Promise<void> {
    await db.transaction(async (trx) => {
      const removed = await ProjectProcess.within(project, { client: trx }).where('id', id).delete()
      if (Number(removed) !== 1) return
      await recordActivity(
        origin,
        { action: 'process.removed', subject: project.asSubject, details: { process: name } },
        trx
      )
    })
  }
}
