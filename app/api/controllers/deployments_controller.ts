import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { deploymentView } from '#app/api/representations'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import { askValidator } from '#app/deployments/validators'
import Project from '#app/projects/models/project'

/**
 * Deployments of a project, for programs.
 */
export default class DeploymentsController {
  @inject()
  async store(ctx: HttpContext, createDeployment: CreateDeployment) {
    const { scope, params, request, response } = ctx
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const { reason } = await request.validateUsing(askValidator)
    const deployment = await createDeployment.deploy(causeOf(scope, reason), project)
    await deployment.load((relations) => relations.load('release').load('runs'))
    return response.accepted({ deployment: deploymentView(deployment) })
  }

  async show({ scope, params }: HttpContext) {
    const deployment = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .preload('release')
      .preload('runs')
      .firstOrFail()
    return { deployment: deploymentView(deployment) }
  }
}
