import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CancelBulkRun from '#app/bulk_runs/actions/cancel_bulk_run'
import BulkRun from '#app/bulk_runs/models/bulk_run'

/**
 * Asking for all of a bulk run to be cancelled.
 */
export default class BulkRunCancellationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, cancelBulkRun: CancelBulkRun) {
    const bulkRun = await BulkRun.within(scope).where('id', params.id).firstOrFail()
    if (bulkRun.state === 'draft') {
      await cancelBulkRun.discard(scope, bulkRun)
      return response.redirect().toRoute('bulk_runs.index')
    }
    await cancelBulkRun.handle(scope, bulkRun)
    return response.redirect().toRoute('bulk_runs.show', { id: bulkRun.id })
  }
}
