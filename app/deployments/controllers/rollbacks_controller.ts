import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import Release from '#app/deployments/models/release'
import { assertOnAll } from '#app/deployments/queries/releases_on_all'
import Project from '#app/projects/models/project'

/**
 * Making an earlier release live again.
 */
export default class RollbacksController {
  @inject()
  async store({ scope, params, response }: HttpContext, createDeployment: CreateDeployment) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const release = await Release.within(scope)
      .where({ id: params.releaseId, projectId: project.id, state: 'good' })
      .firstOrFail()
    await assertOnAll(scope, project, release)
    const deployment = await createDeployment.rollBack(scope, project, release)
    return response
      .redirect()
      .toRoute('deployments.show', { projectId: project.id, id: deployment.id })
  }
}
