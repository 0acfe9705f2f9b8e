import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { deploymentView } from '#app/api/representations'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import { readFilter } from '#app/deployments/filter'
import Deployment from '#app/deployments/models/deployment'
import { deploymentsOf } from '#app/deployments/queries/deployment_list'
import { askValidator } from '#app/deployments/validators'
import Project from '#app/projects/models/project'

/**
 * Deployments of a project, for programs.
 */
export default class DeploymentsController {
  /** By the same filters as the history of a project, 25 a page, newest first. */
  async index({ scope, params, request }: HttpContext) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const page = Math.min(1_000_000, Math.max(1, Math.trunc(Number(request.input('page'))) || 1))
    const filter = readFilter(request.qs())
    const found = await deploymentsOf(scope, project, { filter, page, zone: 'UTC' })
    const { total, currentPage, lastPage } = found
    return {
      deployments: found.all().map(deploymentView),
      total,
      page: currentPage,
      pages: lastPage,
    }
  }

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
