import type { HttpContext } from '@adonisjs/core/http'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { bulkRunList } from '#app/bulk_runs/queries/bulk_run_list'
import { bulkRunPage } from '#app/bulk_runs/queries/bulk_run_page'
import { chooser } from '#app/bulk_runs/queries/chooser'
import { draftPage } from '#app/bulk_runs/queries/draft_page'
import { livePage } from '#app/runs/live_page'

/**
 * What was run on several servers at once.
 */
export default class BulkRunsController {
  index(ctx: HttpContext) {
    const page = Math.max(1, Number(ctx.request.input('page', 1)) || 1)
    return livePage(ctx, async (scope) =>
      ctx.view.render('pages/bulk_runs/index', await bulkRunList(scope, page))
    )
  }

  async create({ view, scope, request }: HttpContext) {
    return view.render('pages/bulk_runs/create', await chooser(scope, request.qs()))
  }

  async show({ view, scope, params }: HttpContext) {
    const bulkRun = await BulkRun.within(scope)
      .where('id', params.id)
      .where((seen) => seen.whereNot('state', 'draft').orWhere('created_by', scope.userId))
      .preload('creator')
      .preload('script')
      .firstOrFail()
    if (bulkRun.state === 'draft') {
      return view.render('pages/bulk_runs/confirm', await draftPage(scope, bulkRun))
    }
    return view.render('pages/bulk_runs/show', await bulkRunPage(scope, bulkRun))
  }
}
