import type { HttpContext } from '@adonisjs/core/http'
import { eventStream } from '#app/core/event_stream'
import { streamDeployment } from '#app/deployments/deployment_stream'
import Deployment from '#app/deployments/models/deployment'
import { ScopeWatch } from '#app/teams/scope_watch'

/**
 * A deployment on its servers as it happens, as server-sent events.
 */
export default class DeploymentEventsController {
  async index(ctx: HttpContext) {
    const { scope, params } = ctx
    const { id } = await Deployment.within(scope)
      .where({ id: params.id, projectId: params.projectId })
      .firstOrFail()
    return eventStream(ctx, (signal) => streamDeployment(new ScopeWatch(ctx), id, signal))
  }
}
