import BulkRun from '#app/bulk_runs/models/bulk_run'
import Script from '#app/scripts/models/script'
import type { Scope } from '#app/teams/scope'

/**
 * The team's scripts by name, each with its latest bulk run.
 */
export async function scriptList(scope: Scope) {
  const scripts = await Script.within(scope).orderBy('name')
  const latest = BulkRun.within(scope)
    .whereNot('state', 'draft')
    .whereNotNull('script_id')
    .groupBy('script_id')
    .max('id as id')
  const bulkRuns = await BulkRun.within(scope).whereIn('id', latest)
  const byScript = new Map(bulkRuns.map((bulkRun) => [bulkRun.scriptId, bulkRun]))
  return scripts.map((script) => ({ script, latest: byScript.get(script.id) ?? null }))
}
