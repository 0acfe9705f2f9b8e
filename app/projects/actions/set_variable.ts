import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { Secret } from '#engine/shell/secret'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { typedLines } from '#app/core/line_breaks'
import type Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

interface Input {
  key: string
  value: string
  isSecret: boolean
}

/**
 * Sets one environment variable of a project, new or anew. Only its name goes on record.
 */
@inject()
export default class SetVariable {
  async handle(origin: Origin, project: Project, input: Input): Promise<void> {
    const set = () => db.transaction((trx) => setVariable(origin, project, input, trx))
    await set().catch((error) => {
      if (!isUniqueViolation(error)) throw error
      // Someone else made the variable just now: then it is set anew.
      return set()
    })
  }
}

async function setVariable(
  origin: Origin,
  project: Project,
  { key, value, isSecret }: Input,
  trx: TransactionClientContract
) {
  const { id: projectId, teamId } = project
  const existing = await ProjectVariable.within(project, { client: trx })
    .where({ projectId, key })
    .first()
  const variable = existing ?? new ProjectVariable()
  await variable
    .useTransaction(trx)
    .merge({ teamId, projectId, key, isSecret, value: new Secret(typedLines(value)) })
    .save()
  const details = { key, replaced: existing !== null }
  await recordActivity(origin, { action: 'variable.set', subject: project.asSubject, details }, trx)
}
