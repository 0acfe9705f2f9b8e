import type BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { failedStates, type Look } from '#app/bulk_runs/states'
import Run from '#app/runs/models/run'
import type { TeamScope } from '#app/core/database/tenant_model'

/** Of a run's row, which is long, what says how far it is. */
const COLUMNS = ['id', 'state', 'startedAt', 'finishedAt', 'cancelRequestedAt', 'unreachableSince']

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
 * The targets of a bulk run that the scope sees, in order, as far as they are now.
 */
export async function liveTargets(scope: TeamScope, bulkRun: Pick<BulkRun, 'id'>) {
  const targets = await BulkRunTarget.within(scope)
    .where('bulk_run_id', bulkRun.id)
    .orderBy('position')
  const ids = targets.filter(({ hasRun }) => hasRun).map(({ runId }) => runId)
  const found = await Run.within(scope).whereIn('id', ids).select(COLUMNS)
  const runs = new Map(found.map((run) => [run.id, run]))
  return {
    targets,
    live: targets.map((target) => liveTarget(target, runs.get(target.runId))),
    figures: figuresOf(targets),
  }
}

function liveTarget(target: BulkRunTarget, run: Run | undefined): LiveTarget {
  const { tone, label } = target.state === 'running' && run?.isOpen ? run.look : target.look
  return {
    id: target.id,
    name: target.serverName,
    runId: run?.id ?? null,
    wave: target.wave,
    tone: run?.unreachableSince ? 'warning' : tone,
    label: run?.unreachableSince ? 'Not reachable' : label,
    note: target.note,
    exitCode: target.exitCode,
    startedAt: run?.startedAt?.toISO() ?? null,
    finishedAt: run?.finishedAt?.toISO() ?? null,
  }
}

function figuresOf(targets: readonly BulkRunTarget[]): Figures {
  const count = (...states: readonly string[]) =>
    targets.filter(({ state }) => states.includes(state)).length
  return {
    total: targets.length,
    succeeded: count('succeeded'),
    failed: count(...failedStates),
    running: count('running'),
    waiting: count('waiting'),
    skipped: count('skipped'),
  }
}
