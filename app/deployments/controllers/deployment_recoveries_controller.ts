import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ConfirmRecovery from '#app/deployments/actions/confirm_recovery'
import Deployment from '#app/deployments/models/deployment'

/**
 * That a project which a deployment left unwell is well again.
 */
export default class DeploymentRecoveriesController {
  @inject()
  async store({ scope, params, response }: HttpContext, confirmRecovery: ConfirmRecovery) {
    const deployment = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .preload('project')
      .firstOrFail()
    await confirmRecovery.handle(scope.origin, deployment)
    return response.redirect().back()
  }
}
