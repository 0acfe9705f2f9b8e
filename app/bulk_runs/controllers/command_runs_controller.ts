import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import StartWork from '#app/bulk_runs/actions/start_work'
import { goingOf } from '#app/bulk_runs/going'
import { commandForm } from '#app/bulk_runs/queries/forms'
import { commandRunValidator } from '#app/bulk_runs/validators'

/**
 * Running a command that someone types.
 */
export default class CommandRunsController {
  async create({ view, scope, request }: HttpContext) {
    return view.render('pages/bulk_runs/command', await commandForm(scope, request.qs()))
  }

  @inject()
  async store({ scope, request, response }: HttpContext, startWork: StartWork) {
    const input = await request.validateUsing(commandRunValidator)
    const command = {
      name: input.name ?? null,
      body: input.body,
      interpreter: input.interpreter,
      runAs: input.runAs,
      runAsUser: input.runAs === 'user' ? (input.runAsUser ?? null) : null,
      timeoutSeconds: input.timeoutSeconds,
      asksFirst: input.asksFirst === 'on',
    }
    const bulkRun = await startWork.command(scope, command, goingOf(input))
    return response.redirect().toRoute('bulk_runs.show', { id: bulkRun.id })
  }
}
