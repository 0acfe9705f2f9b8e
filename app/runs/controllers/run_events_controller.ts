import type { HttpContext } from '@adonisjs/core/http'
import { eventStream } from '#app/core/event_stream'
import Run from '#app/runs/models/run'
import { streamRun } from '#app/runs/run_stream'
import { ScopeWatch } from '#app/teams/scope_watch'

/**
 * A run as it happens, as server-sent events. The id of each event is a byte offset of the log,
 * so that a browser that comes back continues where it was.
 */
export default class RunEventsController {
  async index(ctx: HttpContext) {
    const { scope, params, request } = ctx
    const run = await Run.within(scope).where('id', params.id).firstOrFail()
    const resumeAt = request.header('last-event-id') ?? request.input('offset', '0')
    const offset = Math.max(0, Math.trunc(Number(resumeAt)) || 0)
    return eventStream(ctx, (signal) => streamRun(new ScopeWatch(ctx), run.id, offset, signal))
  }
}
