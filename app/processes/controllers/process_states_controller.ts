import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ProcessesPage from '#app/processes/queries/processes_page'
import { livePage } from '#app/runs/live_page'

/** The server itself is asked, which costs more than a look at rows. */
const PACE = { pollMs: 5_000, apartMs: 2_000, aheadMs: 2_000 }

/**
 * How the processes of a project are.
 */
export default class ProcessStatesController {
  @inject()
  index(ctx: HttpContext, page: ProcessesPage) {
    const { view, params, request } = ctx
    const asked = request.input('server')
    return livePage(
      ctx,
      async (scope) =>
        view.render('pages/processes/index', await page.read(scope, params.projectId, asked)),
      PACE
    )
  }
}
