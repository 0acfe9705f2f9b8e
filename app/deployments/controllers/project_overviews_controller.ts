import type { HttpContext } from '@adonisjs/core/http'
import { readProjectFilter } from '#app/deployments/project_filter'
import { projectsPage } from '#app/deployments/queries/list_projects'
import { projectPage } from '#app/deployments/queries/project_page'

/**
 * Projects as people look at them: with what is live and what was deployed.
 */
export default class ProjectOverviewsController {
  async index({ view, scope, request }: HttpContext) {
    const page = Math.min(1_000_000, Math.max(1, Math.trunc(Number(request.input('page'))) || 1))
    const list = await projectsPage(scope, readProjectFilter(request.qs()), page)
    return view.render('pages/projects/index', list)
  }

  async show({ view, scope, params }: HttpContext) {
    return view.render('pages/projects/show', await projectPage(scope, params.id))
  }
}
