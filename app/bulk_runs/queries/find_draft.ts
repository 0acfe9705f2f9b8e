import { DateTime } from 'luxon'
import { DRAFT_MINUTES } from '#app/bulk_runs/actions/carry_on_bulk_runs'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import type { Scope } from '#app/teams/scope'

/**
 * What waits for the confirmation of the one who asked for it, while they still may; null when it
 * was confirmed already.
 *
 * @throws E_ROW_NOT_FOUND when it is not theirs, or was forgotten
 */
export async function findDraft(scope: Scope, id: string): Promise<BulkRun | null> {
  const bulkRun = await BulkRun.within(scope)
    .where({ id, createdBy: scope.userId })
    .where((due) => {
      due
        .whereNot('state', 'draft')
        .orWhere('created_at', '>', DateTime.utc().minus({ minutes: DRAFT_MINUTES }).toMillis())
    })
    .whereIn('kind', scope.can('commands.run') ? ['command', 'script', 'action'] : ['script'])
    .firstOrFail()
  return bulkRun.state === 'draft' ? bulkRun : null
}
