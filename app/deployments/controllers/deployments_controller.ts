import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import Deployment from '#app/deployments/models/deployment'
import { deploymentPage } from '#app/deployments/queries/deployment_page'
import { deployValidator } from '#app/deployments/validators'
import Project from '#app/projects/models/project'

/**
 * The deployments of a project.
 */
export default class DeploymentsController {
  async index({ view, scope, params, request }: HttpContext) {
    const project = await Project.within(scope)
      .where('id', params.projectId)
      .preload('server')
      .firstOrFail()
    const page = Math.max(1, Number(request.input('page', 1)) || 1)
    const deployments = await Deployment.within(scope)
      .where('project_id', project.id)
      .preload('release')
      .preload('creator')
      .preload('run')
      .orderBy('id', 'desc')
      .paginate(page, 50)
    deployments.baseUrl(`/projects/${project.id}/deployments`)
    return view.render('pages/deployments/index', { project, deployments })
  }

  @inject()
  async store(
    { scope, params, request, response }: HttpContext,
    createDeployment: CreateDeployment
  ) {
    const { commit } = await request.validateUsing(deployValidator)
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const deployment = await createDeployment.deploy(scope, project, { commit })
    return response
      .redirect()
      .toRoute('deployments.show', { projectId: project.id, id: deployment.id })
  }

  async show({ view, scope, params }: HttpContext) {
    const deployment = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .preload('project', (project) => project.preload('server'))
      .preload('release')
      .preload('creator')
      .preload('run')
      .firstOrFail()
    return view.render('pages/deployments/show', await deploymentPage(scope, deployment))
  }
}
