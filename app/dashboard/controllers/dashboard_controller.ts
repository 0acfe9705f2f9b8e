import type { HttpContext } from '@adonisjs/core/http'
import { dashboard } from '#app/dashboard/queries/dashboard'

/**
 * The first page after login: how the team's servers and projects are.
 */
export default class DashboardController {
  async show({ view, scope }: HttpContext) {
    return view.render('pages/dashboard/show', await dashboard(scope))
  }
}
