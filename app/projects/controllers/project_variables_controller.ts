import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemoveVariable from '#app/projects/actions/remove_variable'
import SetVariable from '#app/projects/actions/set_variable'
import Project from '#app/projects/models/project'
import ProjectVariable from '#app/projects/models/project_variable'
import { setVariableValidator } from '#app/projects/validators'

/**
 * A project's environment variables. Their values go in and never come out.
 */
export default class ProjectVariablesController {
  async index({ view, scope, params }: HttpContext) {
    const project = await Project.within(scope).where('id', params.id).firstOrFail()
    const variables = await ProjectVariable.within(scope)
      .where('project_id', project.id)
      .orderBy('key')
    return view.render('pages/projects/variables', {
      project,
      variables: variables.map(({ key, updatedAt }) => ({ key, updatedAt })),
    })
  }

  @inject()
  async store(ctx: HttpContext, setVariable: SetVariable) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { key, value } = await ctx.request.validateUsing(setVariableValidator)
    await setVariable.handle(ctx.scope.origin, project, { key, value: value ?? '' })
    ctx.session.flash('toasts', [
      { tone: 'success', message: `${key} is set. The next deployment uses it.` },
    ])
    return ctx.response.redirect().toRoute('project_variables.index', { id: project.id })
  }

  @inject()
  async destroy(ctx: HttpContext, removeVariable: RemoveVariable) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const variable = await ProjectVariable.within(ctx.scope)
      .where({ projectId: project.id, key: ctx.params.key })
      .firstOrFail()
    await removeVariable.handle(ctx.scope.origin, project, variable)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${variable.key} is removed.` }])
    return ctx.response.redirect().toRoute('project_variables.index', { id: project.id })
  }
}
