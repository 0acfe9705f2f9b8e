import { IANAZone } from 'luxon'
import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import { causeOf } from '#app/deployments/cause'
import { readFilter } from '#app/deployments/filter'
import Deployment from '#app/deployments/models/deployment'
import DeploymentRun from '#app/deployments/models/deployment_run'
import { deploymentList } from '#app/deployments/queries/deployment_list'
import { deploymentPage, waitingPage } from '#app/deployments/queries/deployment_page'
import { askValidator } from '#app/deployments/validators'
import Project from '#app/projects/models/project'
import { livePage } from '#app/runs/live_page'

/**
 * The deployments of a project.
 */
export default class DeploymentsController {
  index(ctx: HttpContext) {
    const { view, auth, params, request } = ctx
    const page = Math.min(1_000_000, Math.max(1, Math.trunc(Number(request.input('page'))) || 1))
    const filter = readFilter(request.qs())
    const chosen = auth.use('web').user?.timeZone ?? ''
    const zone = IANAZone.isValidZone(chosen) ? chosen : 'UTC'
    return livePage(ctx, async (scope) => {
      const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
      const list = await deploymentList(scope, project, { filter, page, zone })
      return view.render('pages/deployments/index', list)
    })
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
