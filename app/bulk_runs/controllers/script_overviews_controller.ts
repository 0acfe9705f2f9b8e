import type { HttpContext } from '@adonisjs/core/http'
import { scriptList } from '#app/bulk_runs/queries/script_list'
import { scriptPage } from '#app/bulk_runs/queries/script_page'

/**
 * Scripts as people look at them: with what they did.
 */
export default class ScriptOverviewsController {
  async index({ view, scope }: HttpContext) {
    return view.render('pages/scripts/index', { scripts: await scriptList(scope) })
  }

  async show({ view, scope, params }: HttpContext) {
    return view.render('pages/scripts/show', await scriptPage(scope, params.id))
  }
}
