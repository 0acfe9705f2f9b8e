import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import StartWork from '#app/bulk_runs/actions/start_work'
import { goingOf } from '#app/bulk_runs/going'
import { scriptForm } from '#app/bulk_runs/queries/forms'
import { scriptRunValidator } from '#app/bulk_runs/validators'
import Script from '#app/scripts/models/script'

/**
 * Running a saved script.
 */
export default class ScriptRunsController {
  async create({ view, scope, params, request }: HttpContext) {
    const script = await Script.within(scope).where('id', params.id).firstOrFail()
    const form = await scriptForm(scope, script, request.qs())
    return view.render('pages/bulk_runs/script', form)
  }

  @inject()
  async store({ scope, params, request, response }: HttpContext, startWork: StartWork) {
    const script = await Script.within(scope).where('id', params.id).firstOrFail()
    const input = await request.validateUsing(scriptRunValidator)
    const given = { values: input.parameters ?? {}, secrets: input.secrets ?? {} }
    const bulkRun = await startWork.script(scope, script, given, goingOf(input))
    return response.redirect().toRoute('bulk_runs.show', { id: bulkRun.id })
  }
}
