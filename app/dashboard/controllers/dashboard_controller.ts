import type { HttpContext } from '@adonisjs/core/http'
import { dashboard } from '#app/dashboard/queries/dashboard'
import { CALM, livePage } from '#app/runs/live_page'

/**
 * The first page after login: how the team's servers and projects are.
 */
export default class DashboardController {
  show(ctx: HttpContext) {
    return livePage(
      ctx,
      async (scope) => ctx.view.render('pages/dashboard/show', await dashboard(scope)),
      CALM
    )
  }
}
