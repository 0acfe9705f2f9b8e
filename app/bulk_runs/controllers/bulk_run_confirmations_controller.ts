import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ConfirmBulkRun from '#app/bulk_runs/actions/confirm_bulk_run'
import { findDraft } from '#app/bulk_runs/queries/find_draft'

/**
 * Saying that what was asked for shall run on the servers that were listed.
 */
export default class BulkRunConfirmationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, confirmBulkRun: ConfirmBulkRun) {
    const draft = await findDraft(scope, params.id)
    if (draft) await confirmBulkRun.handle(scope, draft)
    return response.redirect().toRoute('bulk_runs.show', { id: params.id })
  }
}
