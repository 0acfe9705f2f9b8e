import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { Secret } from '#engine/shell/secret'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import type Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'

/** How many names of an import go on record. */
const NAMED = 40

interface Input {
  values: ReadonlyMap<string, string>
  /** Whether new ones are secret; those that exist stay what they are. */
  isSecret: boolean
  /** Whether variables that are not among them are removed. */
  removesOthers: boolean
}

/**
 * Sets many environment variables of a project at once, all or none. Only names go on record.
 */
export default class StoreVariables {
  async handle(origin: Origin, project: Project, input: Input): Promise<{ removed: number }> {
    const store = () => db.transaction((trx) => storeVariables(origin, project, input, trx))
    return store().catch((error) => {
      if (!isUniqueViolation(error)) throw error
      // Someone else made one of them just now: then it is set anew.
      return store()
    })
  }
}

async function storeVariables(
  origin: Origin,
  project: Project,
  { values, isSecret, removesOthers }: Input,
  trx: TransactionClientContract
) {
  const { id: projectId, teamId } = project
  const existing = await ProjectVariable.within(project, { client: trx }).where({ projectId })
  const byKey = new Map(existing.map((variable) => [variable.key, variable]))
  for (const [key, value] of values) {
    const variable = byKey.get(key) ?? new ProjectVariable().merge({ isSecret })
    await variable
      .useTransaction(trx)
      .merge({ teamId, projectId, key, value: new Secret(value) })
      .save()
  }
  const others = removesOthers ? existing.filter(({ key }) => !values.has(key)) : []
  for (const variable of others) await variable.useTransaction(trx).delete()

  const details = {
    keys: namesOf([...values.keys()]),
    ...(others.length > 0 ? { removed: namesOf(others.map(({ key }) => key)) } : {}),
  }
  const act = { action: 'variable.imported', subject: project.asSubject, details }
  await recordActivity(origin, act, trx)
  return { removed: others.length }
}

function namesOf(keys: readonly string[]): string {
  const rest = keys.length - NAMED
  return keys.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
