import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import { deploymentPage, waitingPage } from '#app/deployments/queries/deployment_page'
import { askValidator } from '#app/deployments/validators'
import Project from '#app/projects/models/project'

/**
 * The deployments of a project.
 */
export default class DeploymentsController {
  async index({ view, scope, params, request }: HttpContext) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const page = Math.max(1, Number(request.input('page', 1)) || 1)
    const deployments = await Deployment.within(scope)
      .where('project_id', project.id)
      .preload('release')
      .preload('creator')
      .orderBy('id', 'desc')
      .paginate(page, 50)
    deployments.baseUrl(`/projects/${project.id}/deployments`)
    return view.render('pages/deployments/index', { project, deployments })
  }

  @inject()
  async store(ctx: HttpContext, createDeployment: CreateDeployment) {
    const { scope, params, request, response } = ctx
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const { reason, commit } = await request.validateUsing(askValidator)
    const announced = commit ? { commit, author: null, subject: null } : null
    const deployment = await createDeployment.deploy(causeOf(scope, reason), project, announced)
    return response
      .redirect()
      .toRoute('deployments.show', { projectId: project.id, id: deployment.id })
  }

  async show({ view, scope, params, request }: HttpContext) {
    const deployment = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .preload('project')
      .preload('release')
      .preload('creator')
      .firstOrFail()
    const began = await DeploymentRun.within(scope).where('deployment_id', deployment.id).first()
    if (!began) {
      return view.render('pages/deployments/waiting', await waitingPage(scope, deployment))
    }
    const page = await deploymentPage(scope, deployment, request.input('server'))
    return view.render('pages/deployments/show', page)
  }
}
