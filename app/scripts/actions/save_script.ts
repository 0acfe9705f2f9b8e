import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import type { Interpreter } from '#engine/scripts/user_script'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { typedLines } from '#app/core/line_breaks'
import Script from '#app/scripts/models/script'
import type { Parameter } from '#app/scripts/parameters'
import type { RunAs } from '#app/scripts/run_as'
import type { Scope } from '#app/teams/scope'

export interface ScriptInput {
  name: string
  description: string | null
  interpreter: Interpreter
  body: string
  parameters: Parameter[]
  runAs: RunAs
  runAsUser: string | null
  timeoutSeconds: number
  asksFirst: boolean
}

/** What is another revision of the script when it changes. */
const WHAT_RUNS = ['interpreter', 'body', 'parameters', 'runAs', 'runAsUser'] as const

/**
 * Saves a script, new or changed. Its text never goes on record: that it changed does.
 *
 * @throws a refusal for `name` when another script has it
 */
@inject()
export default class SaveScript {
  create(scope: Scope, input: ScriptInput): Promise<Script> {
    const script = new Script()
    script.merge({ teamId: scope.teamId, createdBy: scope.userId, revision: 0 })
    return this.#save(scope, script, input)
  }

  update(scope: Scope, script: Script, input: ScriptInput): Promise<Script> {
    return this.#save(scope, script, input)
  }

  async #save(scope: Scope, script: Script, input: ScriptInput): Promise<Script> {
    const body = typedLines(input.body)
    const isNew = script.revision === 0
    const changed = isNew ? [] : changesOf(script, { ...input, body })
    if (isNew || changed.some((field) => (WHAT_RUNS as readonly string[]).includes(field))) {
      script.revision += 1
    }
    const saving = db.transaction(async (trx) => {
      await script
        .useTransaction(trx)
        .merge({ ...input, body: new Secret(body) })
        .save()
      const details = { revision: script.revision, ...(isNew ? {} : { changed }) }
      const action = isNew ? 'script.added' : 'script.updated'
      await recordActivity(scope.origin, { action, subject: script.asSubject, details }, trx)
      return script
    })
    return saving.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'Another script has this name.')
    })
  }
}

function changesOf(script: Script, input: ScriptInput): string[] {
  const before: ScriptInput = {
    name: script.name,
    description: script.description,
    interpreter: script.interpreter,
    body: script.body.reveal(),
    parameters: script.parameters,
    runAs: script.runAs,
    runAsUser: script.runAsUser,
    timeoutSeconds: script.timeoutSeconds,
    asksFirst: script.asksFirst,
  }
  return (Object.keys(before) as (keyof ScriptInput)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(input[field])
  )
}
