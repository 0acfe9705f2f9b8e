import type { HttpContext } from '@adonisjs/core/http'
import { listProjects } from '#app/deployments/queries/list_projects'
import { projectPage } from '#app/deployments/queries/project_page'

/**
 * Projects as people look at them: with what is live and what was deployed.
 */
export default class ProjectOverviewsController {
  async index({ view, scope }: HttpContext) {
    return view.render('pages/projects/index', { projects: await listProjects(scope) })
  }

  async show({ view, scope, params }: HttpContext) {
    return view.render('pages/projects/show', await projectPage(scope, params.id))
  }
}
