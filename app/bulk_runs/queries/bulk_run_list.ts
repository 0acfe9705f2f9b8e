import BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { workSeenBy } from '#app/bulk_runs/queries/bulk_run_page'
import { failedStates, type TargetState } from '#app/bulk_runs/states'
import type { Scope } from '#app/teams/scope'

/**
 * The team's bulk runs, the latest first, each with how many of its servers are how far.
 */
export async function bulkRunList(scope: Scope, page: number, most = 50) {
  const bulkRuns = await BulkRun.within(scope)
    .whereNot('state', 'draft')
    .preload('creator')
    .orderBy('id', 'desc')
    .paginate(page, most)
  bulkRuns.baseUrl('/bulk-runs')
  return { bulkRuns, rows: await withCounts(scope, bulkRuns.all()) }
}

/**
 * Bulk runs as a table shows them.
 */
export async function withCounts(scope: Scope, bulkRuns: readonly BulkRun[]) {
  const counts = await BulkRunTarget.within(scope)
    .whereIn(
      'bulk_run_id',
      bulkRuns.map(({ id }) => id)
    )
    .groupBy('bulk_run_id', 'state')
    .select('bulk_run_id', 'state')
    .count('* as count')
    .pojo<{ bulk_run_id: string; state: TargetState; count: number | string }>()
  return bulkRuns.map((bulkRun) => {
    const own = counts.filter((row) => row.bulk_run_id === bulkRun.id)
    const sum = (states: readonly TargetState[]) =>
      own
        .filter(({ state }) => states.includes(state))
        .reduce((total, { count }) => total + Number(count), 0)
    return {
      bulkRun,
      total: own.reduce((total, { count }) => total + Number(count), 0),
      succeeded: sum(['succeeded']),
      failed: sum(failedStates),
      line: firstLineOf(scope, bulkRun),
    }
  })
}

/** Tells commands apart, for those who may see them. */
function firstLineOf(scope: Scope, bulkRun: BulkRun): string | null {
  if (bulkRun.kind !== 'command') return null
  const lines = workSeenBy(scope, bulkRun)?.text.split('\n') ?? []
  return lines.find((line) => line.trim() && !line.startsWith('#!'))?.slice(0, 120) ?? null
}
