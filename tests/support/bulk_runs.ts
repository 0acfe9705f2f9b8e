import db from '@adonisjs/lucid/services/db'
import CreateBulkRun from '#app/bulk_runs/actions/create_bulk_run'
import type { NewBulkRun } from '#app/bulk_runs/insert_bulk_run'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import type { Pace } from '#app/bulk_runs/waves'
import { claim } from '#app/runs/claims'
import Run from '#app/runs/models/run'
import { endRun, type EndFacts } from '#app/runs/worker/end_run'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { appendLog } from '#tests/support/tenants'

let count = 0

/** Begins a command on servers, as its form does. */
export function startCommand(
  scope: Scope,
  servers: readonly Pick<Server, 'id'>[],
  text: string,
  pace: Partial<Pace> = {},
  values: Partial<NewBulkRun> = {}
): Promise<BulkRun> {
  return new CreateBulkRun().handle(scope, {
    kind: 'command',
    title: 'Command',
    work: { kind: 'text', text, interpreter: 'bash', values: {} },
    secrets: {},
    parameters: [],
    runAs: 'root',
    runAsUser: null,
    timeoutSeconds: 60,
    pace: { canary: 0, waveSize: 0, concurrency: 50, stopAfter: 0, ...pace },
    asksFirst: false,
    serverIds: servers.map(({ id }) => id),
    once: String(++count).padStart(26, '0'),
    ...values,
  })
}

export function bulkRunRow({ id }: Pick<BulkRun, 'id'>): Promise<BulkRun> {
  return BulkRun.acrossTeams().where('id', id).firstOrFail()
}

export function targetsOf({ id }: Pick<BulkRun, 'id'>): Promise<BulkRunTarget[]> {
  return BulkRunTarget.acrossTeams().where('bulk_run_id', id).orderBy('position')
}

/** How many targets are in which state, those without any left out. */
export async function countsOf(bulkRun: Pick<BulkRun, 'id'>): Promise<Record<string, number>> {
  const targets = await targetsOf(bulkRun)
  const groups = Map.groupBy(targets, ({ state }) => state)
  return Object.fromEntries([...groups].map(([state, members]) => [state, members.length]))
}

/** The runs of a bulk run that are open, in the order of its targets. */
export async function openRunsOf(bulkRun: Pick<BulkRun, 'id'>): Promise<Run[]> {
  const ids = (await targetsOf(bulkRun)).map(({ runId }) => runId)
  const runs = await Run.acrossTeams().whereIn('id', ids).whereIn('state', ['queued', 'running'])
  return runs.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id))
}

/** Claims a queued run as a worker does. */
export async function claimed(run: Run): Promise<Run> {
  const [mine] = await claim([run.id])
  if (!mine) throw new Error(`The run ${run.id} was not there to be claimed.`)
  return mine
}

/** Ends a run as a worker does when the server has said so, with what it printed. */
export async function endWith(run: Run, output: string, code = 0): Promise<void> {
  const mine = run.state === 'queued' ? await claimed(run) : run
  if (output) await appendLog(mine, output)
  const facts: EndFacts =
    code === 0 ? { state: 'succeeded', exitCode: 0 } : { state: 'failed', exitCode: code }
  await endRun(mine, null, facts)
}

/** Every text in every column of every table, for what must be in none of them. */
export async function wholeDatabase(): Promise<string> {
  const tables = await db.connection().getAllTables()
  const rows = await Promise.all(tables.map((table) => db.from(table).select('*')))
  return JSON.stringify(rows.flat(), (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value
  )
}
