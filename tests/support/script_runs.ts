import { setTimeout as sleep } from 'node:timers/promises'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import CreateRun from '#app/runs/actions/create_run'
import Run from '#app/runs/models/run'
import { registerRunHandler } from '#app/runs/run_handler'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * A kind of run for tests: `input.script` is the whole bash script, `input.secrets` what must not
 * reach the log.
 */
registerRunHandler({
  kind: 'test.script',
  async compile(run) {
    const { script, secrets = [] } = run.input as { script: string; secrets?: string[] }
    return { body: script, steps: [], secrets: secrets.map((text) => new Secret(text)) }
  },
})

export function createScriptRun(
  scope: Scope,
  server: Server,
  script: string,
  options: { secrets?: string[]; deadlineSeconds?: number } = {}
): Promise<Run> {
  return new CreateRun().handle(scope, {
    server,
    kind: 'test.script',
    title: 'A test',
    input: { script, secrets: options.secrets ?? [] },
    deadlineSeconds: options.deadlineSeconds ?? 120,
  })
}

/**
 * Waits until the run has ended (or the given predicate holds) and gives its row.
 *
 * @throws after `ms` milliseconds, with the state it is in
 */
export async function waitForRun(
  id: string,
  until: (run: Run) => boolean = (run) => !run.isOpen,
  ms = 60_000
): Promise<Run> {
  const end = Date.now() + ms
  for (;;) {
    const run = await Run.acrossTeams().where('id', id).firstOrFail()
    if (until(run)) return run
    if (Date.now() > end) {
      throw new Error(`The run is ${run.state} after ${ms} ms; its log:\n${await logOf(run)}`)
    }
    await sleep(50)
  }
}

/**
 * The whole stored log, as bytes put together from its chunks.
 *
 * @throws when chunks overlap or leave a gap
 */
export async function logOf(run: Pick<Run, 'id'>): Promise<string> {
  const rows = await db.from('run_log_chunks').where('run_id', run.id).orderBy('position')
  let position = 0
  for (const row of rows) {
    if (Number(row.position) !== position) {
      throw new Error(`The log continues at ${row.position} where ${position} was expected.`)
    }
    position += row.bytes.length
  }
  return Buffer.concat(rows.map((row) => Buffer.from(row.bytes))).toString('utf8')
}
