import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LookAhead from '#app/deployments/actions/look_ahead'
import { planPage } from '#app/deployments/queries/plan_page'
import Project from '#app/projects/models/project'

/**
 * What a deployment would do, before it does it.
 */
export default class PlansController {
  async show({ view, scope, params }: HttpContext) {
    const project = await Project.within(scope)
      .where('id', params.projectId)
      .preload('variables')
      .preload('processes')
      .preload('placements', (placements) => placements.preload('server'))
      .firstOrFail()
    return view.render('pages/deployments/plan', await planPage(scope, project))
  }

  @inject()
  async store({ scope, params, response }: HttpContext, lookAhead: LookAhead) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    await lookAhead.handle(scope, project)
    return response.redirect().toRoute('plans.show', { projectId: project.id })
  }
}
