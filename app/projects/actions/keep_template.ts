import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import type Project from '#app/projects/models/project'
import ProjectTemplate from '#app/projects/models/project_template'
import type { Scope } from '#app/teams/scope'

/**
 * Keeps how a project is built and run as a template of the team, or forgets one. Where its code
 * comes from, its variables and its keys are no part of it.
 *
 * @throws a refusal for `name` when there is one of that name
 */
export default class KeepTemplate {
  async keep(scope: Scope, project: Project, name: string): Promise<void> {
    const { runtime, buildCommands, startCommand, publicDirectory, healthPath } = project
    const settings = { runtime, buildCommands, startCommand, publicDirectory, healthPath }
    const keeping = db.transaction(async (trx) => {
      const { teamId, userId: createdBy } = scope
      const template = await ProjectTemplate.create(
        { teamId, createdBy, name, settings },
        { client: trx }
      )
      const subject = template.asSubject
      const details = { project: project.name }
      await recordActivity(scope.origin, { action: 'project_template.kept', subject, details }, trx)
    })
    await keeping.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'There is a template of this name already.')
    })
  }

  async remove(scope: Scope, template: ProjectTemplate): Promise<void> {
    await db.transaction(async (trx) => {
      const removed = await ProjectTemplate.within(scope, { client: trx })
        .where('id', template.id)
        .delete()
      if (Number(removed) !== 1) return
      const act = { action: 'project_template.removed', subject: template.asSubject }
      await recordActivity(scope.origin, act, trx)
    })
  }
}
