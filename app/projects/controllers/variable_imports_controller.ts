import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { refuse } from '#app/core/exceptions/refusal'
import StoreVariables from '#app/projects/actions/store_variables'
import { parseDotenv } from '#app/projects/dotenv'
import Project from '#app/projects/models/project'
import { importVariablesValidator } from '#app/projects/validators'

/** How many problems of a text are told at once. */
const TOLD = 3

/** How many variables a text may hold. */
const MOST = 500

/**
 * Taking in the text of a `.env` file: all of it, or nothing when a line cannot be read.
 */
export default class VariableImportsController {
  @inject()
  async store(ctx: HttpContext, storeVariables: StoreVariables) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const input = await ctx.request.validateUsing(importVariablesValidator)
    const { variables, problems } = parseDotenv(input.dotenv)
    if (problems.length > 0) {
      const told = problems.slice(0, TOLD).map(({ line, message }) => `Line ${line}: ${message}`)
      refuse('dotenv', `${told.join(' ')} Nothing was imported.`)
    }
    if (variables.size === 0) refuse('dotenv', 'There is no variable in it.')
    if (variables.size > MOST) refuse('dotenv', `Import ${MOST} variables at most at a time.`)
    const { removed } = await storeVariables.handle(ctx.scope.origin, project, {
      values: variables,
      isSecret: Boolean(input.isSecret),
      removesOthers: Boolean(input.removesOthers),
    })
    const gone = removed > 0 ? `, ${removed} removed` : ''
    const message = `${variables.size} set${gone}. The next deployment uses them.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('project_variables.index', { id: project.id })
  }
}
