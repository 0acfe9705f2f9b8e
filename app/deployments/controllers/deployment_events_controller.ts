import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { stopping } from '#app/core/stopping'
import { streamDeployment } from '#app/deployments/deployment_stream'
import Deployment from '#app/deployments/models/deployment'
import { ScopeWatch } from '#app/teams/scope_watch'

/**
 * A deployment on its servers as it happens, as server-sent events.
 */
export default class DeploymentEventsController {
  async index(ctx: HttpContext) {
    const { params, response } = ctx
    const deployment = await Deployment.within(ctx.scope)
      .where({ id: params.id, projectId: params.projectId })
      .firstOrFail()
    const left = new AbortController()
    response.response.on('close', () => left.abort())
    response.header('Content-Type', 'text/event-stream')
    response.header('Cache-Control', 'no-cache, no-transform')
    response.header('X-Accel-Buffering', 'no')
    const signal = AbortSignal.any([left.signal, stopping.signal])
    const events = streamDeployment(new ScopeWatch(ctx), deployment.id, signal)
    return response.stream(Readable.from(events))
  }
}
