import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { typedLines } from '#app/core/line_breaks'
import type Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

/**
 * Sets one environment variable of a project, new or anew. Only its name goes on record.
 */
@inject()
export default class SetVariable {
  async handle(origin: Origin, project: Project, { key, value }: { key: string; value: string }) {
    await db.transaction(async (trx) => {
      const existing = await ProjectVariable.within(project, { client: trx })
        .where({ projectId: project.id, key })
        .first()
      const variable = existing ?? new ProjectVariable()
      await variable
        .useTransaction(trx)
        .merge({
          teamId: project.teamId,
          projectId: project.id,
          key,
          value: new Secret(typedLines(value)),
        })
        .save()
      const details = { key, replaced: existing !== null }
      await recordActivity(
        origin,
        { action: 'variable.set', subject: project.asSubject, details },
        trx
      )
    })
  }
}
