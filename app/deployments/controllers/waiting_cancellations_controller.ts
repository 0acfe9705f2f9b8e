import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CancelDeployment from '#app/deployments/actions/cancel_deployment'
import Deployment from '#app/deployments/models/deployment'
import Project from '#app/projects/models/project'

/**
 * Cancelling all deployments of a project that wait.
 */
export default class WaitingCancellationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, cancelDeployment: CancelDeployment) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const waiting = await Deployment.within(scope)
      .where({ projectId: project.id, state: 'waiting' })
      .orderBy('id')
    await cancelDeployment.callOff(scope.origin, project, waiting)
    return response.redirect().toRoute('deployments.index', { projectId: project.id })
  }
}
