import type { HttpContext } from '@adonisjs/core/http'
import { readProjectFilter } from '#app/deployments/project_filter'
import { projectsPage } from '#app/deployments/queries/list_projects'
import { projectPage } from '#app/deployments/queries/project_page'
import { livePage } from '#app/runs/live_page'

/**
 * Projects as people look at them: with what is live and what was deployed.
 */
export default class ProjectOverviewsController {
  index(ctx: HttpContext) {
    const { view, request } = ctx
    const page = Math.min(1_000_000, Math.max(1, Math.trunc(Number(request.input('page'))) || 1))
    const filter = readProjectFilter(request.qs())
    return livePage(ctx, async (scope) =>
      view.render('pages/projects/index', await projectsPage(scope, filter, page))
    )
  }

  show(ctx: HttpContext) {
    const { view, params } = ctx
    return livePage(ctx, async (scope) =>
      view.render('pages/projects/show', await projectPage(scope, params.id))
    )
  }
}
