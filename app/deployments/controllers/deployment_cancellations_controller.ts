import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CancelDeployment from '#app/deployments/actions/cancel_deployment'
import Deployment from '#app/deployments/models/deployment'

/**
 * Calling a deployment off on all its servers.
 */
export default class DeploymentCancellationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, cancelDeployment: CancelDeployment) {
    const { id, projectId } = params
    const deployment = await Deployment.within(scope).where({ id, projectId }).firstOrFail()
    await cancelDeployment.handle(scope.origin, deployment)
    return response.redirect().toRoute('deployments.show', { projectId, id })
  }
}
