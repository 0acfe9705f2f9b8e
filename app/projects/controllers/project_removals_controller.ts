import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemoveProject from '#app/projects/actions/remove_project'
import Project from '#app/projects/models/project'
import { removeProjectValidator } from '#app/projects/validators'

/**
 * Removing projects, with or without what is on their servers.
 */
export default class ProjectRemovalsController {
  @inject()
  async destroy(ctx: HttpContext, removeProject: RemoveProject) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { confirm, leave } = await ctx.request.validateUsing(removeProjectValidator)
    if (leave === 'nothing') {
      const runs = await removeProject.withServers(ctx.scope, project, { confirmedName: confirm })
      return runs.length === 1
        ? ctx.response.redirect().toRoute('runs.show', { id: runs[0].id })
        : ctx.response.redirect().toRoute('runs.index')
    }
    await removeProject.handle(ctx.scope.origin, project, { confirmedName: confirm })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${project.name} is removed.` }])
    return ctx.response.redirect().toRoute('projects.index')
  }
}
