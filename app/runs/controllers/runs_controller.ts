import type { HttpContext } from '@adonisjs/core/http'
import { readFilter } from '#app/runs/filter'
import { livePage } from '#app/runs/live_page'
import Run from '#app/runs/models/run'
import { runList } from '#app/runs/queries/run_list'
import { runPage } from '#app/runs/queries/run_page'

/**
 * The team's runs.
 */
export default class RunsController {
  index(ctx: HttpContext) {
    const { view, request } = ctx
    const page = Math.min(1_000_000, Math.max(1, Math.trunc(Number(request.input('page'))) || 1))
    const filter = readFilter(request.qs())
    return livePage(ctx, async (scope) =>
      view.render('pages/runs/index', await runList(scope, filter, page))
    )
  }

  async show({ view, scope, params }: HttpContext) {
    const run = await Run.within(scope)
      .where('id', params.id)
      .preload('server')
      .preload('creator')
      .firstOrFail()
    return view.render('pages/runs/show', await runPage(run))
  }
}
