import { ulid } from 'ulid'
import { isReadyActionName, readyActionList, readyActions } from '#app/bulk_runs/ready_actions'
import { chosenServers } from '#app/bulk_runs/queries/chosen_servers'
import { earlierBulkRun } from '#app/bulk_runs/queries/earlier_bulk_run'
import type { Pace } from '#app/bulk_runs/waves'
import type Script from '#app/scripts/models/script'
import { formOptions } from '#app/scripts/queries/form_options'
import { runAsWords } from '#app/scripts/run_as'
import type { Scope } from '#app/teams/scope'

type Query = Record<string, unknown>

/** What is proposed for what Muster knows nothing about. */
const PACE: Pace = { canary: 0, waveSize: 0, concurrency: 50, stopAfter: 0 }

/**
 * The form for a command, as an earlier one when the query names it (`from`).
 */
export async function commandForm(scope: Scope, query: Query) {
  const earlier = await earlierBulkRun(scope, 'command', query.from)
  const work = earlier?.work.kind === 'text' ? earlier.work : null
  const { bulkRun } = earlier ?? {}
  return {
    ...(await shared(scope, query, earlier)),
    pace: bulkRun?.pace ?? PACE,
    command: {
      name: bulkRun && bulkRun.title !== 'Command' ? bulkRun.title : null,
      body: work?.text ?? '',
      interpreter: work?.interpreter ?? 'bash',
      runAs: bulkRun?.runAs ?? 'root',
      runAsUser: bulkRun?.runAsUser ?? null,
      timeoutSeconds: bulkRun?.timeoutSeconds ?? 300,
    },
  }
}

/**
 * The form for a script: with what an earlier bulk run was given, but for its secrets, or with the
 * defaults.
 */
export async function scriptForm(scope: Scope, script: Script, query: Query) {
  const earlier = await earlierBulkRun(scope, 'script', query.from)
  const own = earlier?.bulkRun.scriptId === script.id ? earlier : null
  const given = new Map(own?.bulkRun.parameters.map(({ name, value }) => [name, value]))
  return {
    ...(await shared(scope, query, own)),
    script,
    runAs: runAsWords(script),
    pace: own?.bulkRun.pace ?? PACE,
    values: Object.fromEntries(
      script.parameters.map(({ name, defaultValue }) => [name, given.get(name) ?? defaultValue])
    ),
  }
}

/**
 * The form for a ready action, the one that the query names (`action`) or an earlier one was.
 */
export async function actionForm(scope: Scope, query: Query) {
  const earlier = await earlierBulkRun(scope, 'action', query.from)
  const wanted = earlier?.bulkRun.action ?? query.action
  const action = readyActions[isReadyActionName(wanted) ? wanted : 'ping']
  return {
    ...(await shared(scope, query, earlier)),
    action,
    actions: readyActionList,
    service: earlier?.work.values.SERVICE ?? null,
    pace: earlier?.bulkRun.pace ?? action.pace,
  }
}

async function shared(
  scope: Scope,
  query: Query,
  earlier: Awaited<ReturnType<typeof earlierBulkRun>>
) {
  return {
    targets: await chosenServers(scope, query, earlier?.bulkRun ?? null),
    from: earlier?.bulkRun ?? null,
    options: formOptions,
    once: ulid(),
  }
}
