import BulkRun, { type BulkRunKind } from '#app/bulk_runs/models/bulk_run'
import { openWork } from '#app/bulk_runs/work'
import type { Scope } from '#app/teams/scope'

/**
 * The bulk run that a form is to be filled from (`?from=`), with what ran; null without one.
 */
export async function earlierBulkRun(scope: Scope, kind: BulkRunKind, id: unknown) {
  if (typeof id !== 'string' || id.length !== 26) return null
  const bulkRun = await BulkRun.within(scope).where({ id, kind }).whereNot('state', 'draft').first()
  return bulkRun && { bulkRun, work: openWork(bulkRun.work) }
}
