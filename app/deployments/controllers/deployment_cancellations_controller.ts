import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CancelDeployment from '#app/deployments/actions/cancel_deployment'
import Deployment from '#app/deployments/models/deployment'

/**
 * Cancelling a deployment, whether it waits or is under way.
 */
export default class DeploymentCancellationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, cancelDeployment: CancelDeployment) {
    const deployment = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .firstOrFail()
    await cancelDeployment.handle(scope.origin, deployment)
    return response.redirect().back()
  }
}
