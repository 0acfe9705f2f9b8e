import type { HttpContext } from '@adonisjs/core/http'
import { streamBulkRun } from '#app/bulk_runs/bulk_run_stream'
import BulkRun from '#app/bulk_runs/models/bulk_run'
import { eventStream } from '#app/core/event_stream'
import { ScopeWatch } from '#app/teams/scope_watch'

/**
 * A bulk run as it happens, as server-sent events.
 */
export default class BulkRunEventsController {
  async index(ctx: HttpContext) {
    const { id } = await BulkRun.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    return eventStream(ctx, (signal) => streamBulkRun(new ScopeWatch(ctx), id, signal))
  }
}
