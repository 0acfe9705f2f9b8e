import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { deploymentView } from '#app/api/representations'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'

/**
 * Deployments of a project, for programs.
 */
export default class DeploymentsController {
  @inject()
  async store({ scope, params, response }: HttpContext, createDeployment: CreateDeployment) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const deployment = await createDeployment.deploy(scope, project)
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
