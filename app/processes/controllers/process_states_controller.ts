import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ProcessesPage from '#app/processes/queries/processes_page'

/**
 * How the processes of a project are.
 */
export default class ProcessStatesController {
  @inject()
  async index({ view, scope, params, request }: HttpContext, page: ProcessesPage) {
    const asked = request.input('server')
    return view.render('pages/processes/index', await page.read(scope, params.projectId, asked))
  }
}
