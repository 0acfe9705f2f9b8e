import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import StartWork from '#app/bulk_runs/actions/start_work'
import { goingOf } from '#app/bulk_runs/going'
import { actionForm } from '#app/bulk_runs/queries/forms'
import { actionRunValidator } from '#app/bulk_runs/validators'

/**
 * Running one of the actions that Muster brings.
 */
export default class ActionRunsController {
  async create({ view, scope, request }: HttpContext) {
    return view.render('pages/bulk_runs/action', await actionForm(scope, request.qs()))
  }

  @inject()
  async store({ scope, request, response }: HttpContext, startWork: StartWork) {
    const input = await request.validateUsing(actionRunValidator)
    const action = { name: input.action, service: input.service ?? null }
    const bulkRun = await startWork.action(scope, action, goingOf(input))
    return response.redirect().toRoute('bulk_runs.show', { id: bulkRun.id })
  }
}
