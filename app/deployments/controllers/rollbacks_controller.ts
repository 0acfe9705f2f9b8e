import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Release from '#app/deployments/models/release'
import { changedVariables } from '#app/deployments/queries/changed_variables'
import { migratedSince } from '#app/deployments/queries/migrated_since'
import { assertOnAll } from '#app/deployments/queries/releases_on_all'
import { askValidator } from '#app/deployments/validators'
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
    const changed = await changedVariables(project, release.id)
    return view.render('pages/deployments/rollback', { project, release, migrated, changed })
  }

  @inject()
  async store(ctx: HttpContext, createDeployment: CreateDeployment) {
    const { scope, params, request, response } = ctx
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const release = await Release.within(scope)
      .where({ id: params.releaseId, projectId: project.id, state: 'good' })
      .firstOrFail()
    const { reason } = await request.validateUsing(askValidator)
    await assertOnAll(scope, project, release)
    const deployment = await createDeployment.rollBack(causeOf(scope, reason), project, release)
    return response
      .redirect()
      .toRoute('deployments.show', { projectId: project.id, id: deployment.id })
  }
}
