import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { stopping } from '#app/core/stopping'
import Run from '#app/runs/models/run'
import { streamRun } from '#app/runs/run_stream'
import { ScopeWatch } from '#app/teams/scope_watch'

/**
 * A run as it happens, as server-sent events. The id of each event is a byte offset of the log,
 * so that a browser that comes back continues where it was.
 */
export default class RunEventsController {
  async index(ctx: HttpContext) {
    const { params, request, response } = ctx
    const run = await Run.within(ctx.scope).where('id', params.id).firstOrFail()
    const resumeAt = request.header('last-event-id') ?? request.input('offset', '0')
    const left = new AbortController()
    response.response.on('close', () => left.abort())
    response.header('Content-Type', 'text/event-stream')
    response.header('Cache-Control', 'no-cache, no-transform')
    response.header('X-Accel-Buffering', 'no')
    const signal = AbortSignal.any([left.signal, stopping.signal])
    const offset = Math.max(0, Math.trunc(Number(resumeAt)) || 0)
    const events = streamRun(new ScopeWatch(ctx), run.id, offset, signal)
    return response.stream(Readable.from(events))
  }
}
