import type BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { failedStates, targetLooks, type Look, type TargetState } from '#app/bulk_runs/states'
import type { TeamScope } from '#app/core/database/tenant_model'
import { lookOfRun, openRunStates, type RunState } from '#app/runs/states'

/** Of both rows, which are long, what says how far a target is. */
const COLUMNS = [
  ...['id', 'server_name', 'wave', 'state', 'note', 'exit_code'].map(
    (column) => `bulk_run_targets.${column}`
  ),
  ...['started_at', 'finished_at', 'cancel_requested_at', 'unreachable_since'].map(
    (column) => `runs.${column}`
  ),
  'runs.id as run',
  'runs.state as run_state',
]

interface Row {
  id: string
  server_name: string
  wave: number
  state: TargetState
  note: string | null
  exit_code: number | null
  started_at: number | string | null
  finished_at: number | string | null
  cancel_requested_at: number | string | null
  unreachable_since: number | string | null
  run: string | null
  run_state: RunState | null
}

/** One server of a bulk run, as pages and streams show it. Moments are ISO 8601. */
export interface LiveTarget extends Look {
  id: string
  name: string
  /** Null while there is no run to look at. */
  runId: string | null
  wave: number
  note: string | null
  exitCode: number | null
  startedAt: string | null
  finishedAt: string | null
}

/** How many targets are how far. */
export interface Figures {
  total: number
  succeeded: number
  failed: number
  running: number
  waiting: number
  skipped: number
}

/**
 * The targets of a bulk run that the scope sees, in order, as far as they are now. Streams ask for
 * hundreds of them several times a second: plain rows, by one query.
 */
export async function liveTargets(scope: TeamScope, bulkRun: Pick<BulkRun, 'id'>) {
  const rows = await BulkRunTarget.within(scope)
    .leftJoin('runs', (run) =>
      run
        .on('runs.id', 'bulk_run_targets.run_id')
        .andOn('runs.team_id', 'bulk_run_targets.team_id')
        .andOn('runs.server_id', 'bulk_run_targets.server_id')
    )
    .where('bulk_run_targets.bulk_run_id', bulkRun.id)
    .orderBy('bulk_run_targets.position')
    .select(COLUMNS)
    .pojo<Row>()
  return { live: rows.map(liveTarget), figures: figuresOf(rows) }
}

function liveTarget(row: Row): LiveTarget {
  const { tone, label } = lookOf(row)
  const silent = row.unreachable_since !== null
  return {
    id: row.id,
    name: row.server_name,
    runId: row.run,
    wave: row.wave,
    tone: silent ? 'warning' : tone,
    label: silent ? 'Not reachable' : label,
    note: row.note,
    exitCode: row.exit_code,
    startedAt: isoOf(row.started_at),
    finishedAt: isoOf(row.finished_at),
  }
}

function lookOf({ state, run_state: runState, cancel_requested_at: cancelled }: Row): Look {
  const runs = state === 'running' && runState !== null && openRunStates.includes(runState)
  return runs ? lookOfRun(runState, cancelled !== null) : targetLooks[state]
}

function isoOf(moment: number | string | null): string | null {
  return moment === null ? null : new Date(Number(moment)).toISOString()
}

function figuresOf(rows: readonly Row[]): Figures {
  const count = (...states: readonly string[]) =>
    rows.filter(({ state }) => states.includes(state)).length
  return {
    total: rows.length,
    succeeded: count('succeeded'),
    failed: count(...failedStates),
    running: count('running'),
    waiting: count('waiting'),
    skipped: count('skipped'),
  }
}
