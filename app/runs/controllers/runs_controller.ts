import type { HttpContext } from '@adonisjs/core/http'
import Run from '#app/runs/models/run'
import { runPage } from '#app/runs/queries/run_page'

/**
 * The team's runs.
 */
export default class RunsController {
  async index({ view, scope, request }: HttpContext) {
    const page = Math.max(1, Number(request.input('page', 1)) || 1)
    const runs = await Run.within(scope)
      .preload('server')
      .preload('creator')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .paginate(page, 50)
    runs.baseUrl('/runs')
    return view.render('pages/runs/index', { runs })
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
