import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { stopping } from '#app/core/stopping'
import { streamBulkRun } from '#app/bulk_runs/bulk_run_stream'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { ScopeWatch } from '#app/teams/scope_watch'

/**
 * A bulk run as it happens, as server-sent events.
 */
export default class BulkRunEventsController {
  async index(ctx: HttpContext) {
    const { params, response } = ctx
    const bulkRun = await BulkRun.within(ctx.scope).where('id', params.id).firstOrFail()
    const left = new AbortController()
    response.response.on('close', () => left.abort())
    response.header('Content-Type', 'text/event-stream')
    response.header('Cache-Control', 'no-cache, no-transform')
    response.header('X-Accel-Buffering', 'no')
    const signal = AbortSignal.any([left.signal, stopping.signal])
    return response.stream(Readable.from(streamBulkRun(new ScopeWatch(ctx), bulkRun.id, signal)))
  }
}
