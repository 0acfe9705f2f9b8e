import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CancelRun from '#app/runs/actions/cancel_run'
import Run from '#app/runs/models/run'

/**
 * Asking for a run to be cancelled.
 */
export default class RunCancellationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, cancelRun: CancelRun) {
    const run = await Run.within(scope).where('id', params.id).firstOrFail()
    await cancelRun.handle(scope.origin, run)
    return response.redirect().back()
  }
}
