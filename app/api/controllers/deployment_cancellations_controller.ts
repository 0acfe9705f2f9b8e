import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { deploymentView } from '#app/api/representations'
import CancelDeployment from '#app/deployments/actions/cancel_deployment'
import Deployment from '#app/deployments/models/deployment'

/**
 * Cancelling deployments, for programs. One under way is cancelled when its state says so.
 */
export default class DeploymentCancellationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, cancelDeployment: CancelDeployment) {
    const deployment = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .firstOrFail()
    await cancelDeployment.handle(scope.origin, deployment)
    await deployment.refresh()
    await deployment.load((relations) => relations.load('release').load('runs'))
    return response.accepted({ deployment: deploymentView(deployment) })
  }
}
