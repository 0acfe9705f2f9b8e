import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import KeepTemplate from '#app/projects/actions/keep_template'
import Project from '#app/projects/models/project'
import ProjectTemplate from '#app/projects/models/project_template'
import { readyTemplates } from '#app/projects/templates'
import { templateValidator } from '#app/projects/validators'

/**
 * Settings to begin projects with.
 */
export default class ProjectTemplatesController {
  async index({ view, scope }: HttpContext) {
    const own = await ProjectTemplate.within(scope).orderBy('name')
    return view.render('pages/projects/templates', { own, ready: readyTemplates })
  }

  @inject()
  async store(ctx: HttpContext, keepTemplate: KeepTemplate) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { name } = await ctx.request.validateUsing(templateValidator)
    await keepTemplate.keep(ctx.scope, project, name)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${name} is kept as a template.` }])
    return ctx.response.redirect().toRoute('project_templates.index')
  }

  @inject()
  async destroy(ctx: HttpContext, keepTemplate: KeepTemplate) {
    const template = await ProjectTemplate.within(ctx.scope)
      .where('id', ctx.params.id)
      .firstOrFail()
    await keepTemplate.remove(ctx.scope, template)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${template.name} is removed.` }])
    return ctx.response.redirect().toRoute('project_templates.index')
  }
}
