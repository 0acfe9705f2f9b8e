import { historyOf } from '#app/activity/queries/history'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import BulkRunTarget from '#app/bulk_runs/models/bulk_run_target'
import { liveTargets } from '#app/bulk_runs/queries/live_targets'
import { resultsOf } from '#app/bulk_runs/queries/results'
import { openWork } from '#app/bulk_runs/work'
import { runAsWords } from '#app/scripts/run_as'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a bulk run shows: how far it is, what came of it, what ran and how.
 */
export async function bulkRunPage(scope: Scope, bulkRun: BulkRun) {
  const { live, figures } = await liveTargets(scope, bulkRun)
  return {
    bulkRun,
    live,
    figures,
    waves: new Set(live.map(({ wave }) => wave)).size,
    results: await resultsOf(scope, bulkRun, await targetsOf(scope, bulkRun)),
    work: workSeenBy(scope, bulkRun),
    runAs: runAsWords(bulkRun),
    again: againOf(scope, bulkRun),
    history: await historyOf(scope, [{ type: 'bulk_run', id: bulkRun.id }]),
  }
}

function targetsOf(scope: Scope, { id }: BulkRun): Promise<BulkRunTarget[]> {
  return BulkRunTarget.within(scope).where('bulk_run_id', id).orderBy('position')
}

/**
 * What ran, for those who may run such things themselves: it may have secrets in it.
 */
export function workSeenBy(scope: Scope, bulkRun: BulkRun) {
  if (bulkRun.kind === 'action') return null
  const may = scope.can(bulkRun.kind === 'script' ? 'scripts.run' : 'commands.run')
  const work = may ? openWork(bulkRun.work) : null
  return work?.kind === 'text' ? { text: work.text, interpreter: work.interpreter } : null
}

/** Where the form is that runs it again; null for those who may not, and when the script is gone. */
function againOf(scope: Scope, bulkRun: BulkRun) {
  if (bulkRun.kind !== 'script') {
    const route =
      bulkRun.kind === 'command'
        ? ('command_runs.create' as const)
        : ('action_runs.create' as const)
    return scope.can('commands.run') ? { route, id: null } : null
  }
  return scope.can('scripts.run') && bulkRun.scriptId
    ? { route: 'script_runs.create' as const, id: bulkRun.scriptId }
    : null
}
