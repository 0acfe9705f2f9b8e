import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import Release from '#app/deployments/models/release'
import { migratedSince } from '#app/deployments/queries/migrated_since'
import Project from '#app/projects/models/project'

/**
 * Making an earlier release live again.
 */
export default class RollbacksController {
  async create({ view, scope, params }: HttpContext) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const release = await Release.within(scope)
      .where({ id: params.releaseId, projectId: project.id, state: 'good' })
      .firstOrFail()
    const migrated = await migratedSince(scope, project.id, release.id)
    return view.render('pages/deployments/rollback', { project, release, migrated })
  }

  @inject()
  async store({ scope, params, response }: HttpContext, createDeployment: CreateDeployment) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const release = await Release.within(scope)
      .where({ id: params.releaseId, projectId: project.id, state: 'good' })
      .firstOrFail()
    const deployment = await createDeployment.rollBack(scope, project, release)
    return response
      .redirect()
      .toRoute('deployments.show', { projectId: project.id, id: deployment.id })
  }
}
