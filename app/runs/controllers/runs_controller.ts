import type { HttpContext } from '@adonisjs/core/http'
import { readFilter } from '#app/runs/filter'
import Run from '#app/runs/models/run'
import { runList } from '#app/runs/queries/run_list'
import { runPage } from '#app/runs/queries/run_page'

/**
 * The team's runs.
 */
export default class RunsController {
  async index({ view, scope, request }: HttpContext) {
    const page = Math.min(1_000_000, Math.max(1, Math.trunc(Number(request.input('page'))) || 1))
    const list = await runList(scope, readFilter(request.qs()), page)
    return view.render('pages/runs/index', list)
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
