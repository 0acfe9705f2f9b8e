import { inject } from '@adonisjs/core'
import type { Interpreter } from '#engine/scripts/user_script'
import { typedLines } from '#app/core/line_breaks'
import CreateBulkRun from '#app/bulk_runs/actions/create_bulk_run'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import { readyActions, type ReadyActionName } from '#app/bulk_runs/ready_actions'
import type { Pace } from '#app/bulk_runs/waves'
import type Script from '#app/scripts/models/script'
import { takeValues } from '#app/scripts/parameters'
import type { RunAs } from '#app/scripts/run_as'
import type { Scope } from '#app/teams/scope'

/** Where, and how. */
export interface Going {
  serverIds: readonly string[]
  pace: Pace
  once: string
}

export interface CommandInput {
  name: string | null
  body: string
  interpreter: Interpreter
  runAs: RunAs
  runAsUser: string | null
  timeoutSeconds: number
  asksFirst: boolean
}

/**
 * Runs one of the three kinds of things on many servers: a command someone typed, a saved script
 * with its parameters, a ready action.
 */
@inject()
export default class StartWork {
  readonly #createBulkRun: CreateBulkRun

  constructor(createBulkRun: CreateBulkRun) {
    this.#createBulkRun = createBulkRun
  }

  command(scope: Scope, command: CommandInput, going: Going): Promise<BulkRun> {
    const { name, body, interpreter, ...execution } = command
    return this.#createBulkRun.handle(scope, {
      ...going,
      ...execution,
      kind: 'command',
      title: name ?? 'Command',
      work: { kind: 'text', text: typedLines(body), interpreter, values: {} },
      secrets: {},
      parameters: [],
    })
  }

  /** @throws a refusal for a parameter that does not fit */
  script(
    scope: Scope,
    script: Script,
    given: { values: Record<string, unknown>; secrets: Record<string, unknown> },
    going: Going
  ): Promise<BulkRun> {
    const { values, secrets } = takeValues(script.parameters, given)
    const text = script.body.reveal()
    return this.#createBulkRun.handle(scope, {
      ...going,
      kind: 'script',
      scriptId: script.id,
      scriptRevision: script.revision,
      title: script.name,
      work: { kind: 'text', text, interpreter: script.interpreter, values },
      secrets,
      parameters: script.parameters.map(({ name, type }) => ({
        name,
        value: type === 'secret' ? null : values[name],
      })),
      runAs: script.runAs,
      runAsUser: script.runAsUser,
      timeoutSeconds: script.timeoutSeconds,
      asksFirst: script.asksFirst,
    })
  }

  action(
    scope: Scope,
    { name, service }: { name: ReadyActionName; service: string | null },
    going: Going
  ): Promise<BulkRun> {
    const action = readyActions[name]
    const values: Record<string, string> =
      action.needsService && service ? { SERVICE: service } : {}
    return this.#createBulkRun.handle(scope, {
      ...going,
      kind: 'action',
      action: name,
      title: values.SERVICE ? `Restart ${values.SERVICE}` : action.label,
      work: { kind: 'action', action: name, values },
      secrets: {},
      parameters: Object.entries(values).map(([key, value]) => ({ name: key, value })),
      runAs: 'root',
      runAsUser: null,
      timeoutSeconds: action.timeoutSeconds,
      asksFirst: action.asksFirst,
    })
  }
}
