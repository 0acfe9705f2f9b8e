import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import Redeploy from '#app/deployments/actions/redeploy'
import Project from '#app/projects/models/project'

/**
 * Deploying the live commit again, with the variables as they are now.
 */
export default class RedeploymentsController {
  @inject()
  async store({ scope, params, response }: HttpContext, redeploy: Redeploy) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const deployment = await redeploy.handle(scope, project)
    return response
      .redirect()
      .toRoute('deployments.show', { projectId: project.id, id: deployment.id })
  }
}
