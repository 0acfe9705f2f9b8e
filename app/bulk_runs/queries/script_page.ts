import { historyOf } from '#app/activity/queries/history'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { withCounts } from '#app/bulk_runs/queries/bulk_run_list'
import Script from '#app/scripts/models/script'
import { parameterTypeLabels } from '#app/scripts/parameters'
import { runAsWords } from '#app/scripts/run_as'
import type { Scope } from '#app/teams/scope'

/** How many bulk runs the page of a script shows. */
const SHOWN = 10

/**
 * What the page of a script shows.
 *
 * @throws E_ROW_NOT_FOUND when the team has no such script
 */
export async function scriptPage(scope: Scope, id: string) {
  const script = await Script.within(scope).where('id', id).firstOrFail()
  const bulkRuns = await BulkRun.within(scope)
    .where('script_id', script.id)
    .whereNot('state', 'draft')
    .preload('creator')
    .orderBy('id', 'desc')
    .limit(SHOWN)
  return {
    script,
    body: script.body.reveal(),
    runAs: runAsWords(script),
    typeLabels: parameterTypeLabels,
    rows: await withCounts(scope, bulkRuns),
    history: await historyOf(scope, [{ type: 'script', id: script.id }]),
  }
}
