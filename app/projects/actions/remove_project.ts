import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import type { Origin } from '#app/activity/origin'
import { refuse } from '#app/core/exceptions/refusal'
import Project from '#app/projects/models/project'

/**
 * Forgets a project with its deployments. What runs on the server stays there as it is.
 *
 * @throws a refusal for the field `confirm` when the name does not match or a deployment is under way
 */
@inject()
export default class RemoveProject {
  async handle(origin: Origin, project: Project, { confirmedName }: { confirmedName: string }) {
    if (confirmedName !== project.name) {
      refuse('confirm', `Type the project's name, ${project.name}, to remove it.`)
    }
    const active = await db.from('deployments').where('active_project_id', project.id).first()
    if (active) {
      refuse('confirm', 'A deployment is under way. Wait for its end or cancel it first.')
    }
    await db.transaction(async (trx) => {
      const removed = await Project.within(project, { client: trx })
        .where('id', project.id)
        .delete()
      if (Number(removed) !== 1) return
      const details = { address: project.url }
      await recordActivity(
        origin,
        { action: 'project.removed', subject: project.asSubject, details },
        trx
      )
    })
  }
}
