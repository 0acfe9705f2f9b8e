import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { refuse } from '#app/core/exceptions/refusal'
import type Project from '#app/projects/models/project'

/**
 * Forgets a project with its deployments. What runs on the server stays there as it is.
 *
 * @throws a refusal for the field `confirm` when the name does not match or a deployment is under way
 */
@inject()
export default class RemoveProject {
  async handle(project: Project, { confirmedName }: { confirmedName: string }) {
    if (confirmedName !== project.name) {
      refuse('confirm', `Type the project's name, ${project.name}, to remove it.`)
    }
    const active = await db.from('deployments').where('active_project_id', project.id).first()
    if (active) {
      refuse('confirm', 'A deployment is under way. Wait for its end or cancel it first.')
    }
    await project.delete()
  }
}
