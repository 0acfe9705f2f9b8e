import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import KeepProcess from '#app/processes/actions/keep_process'
import RemoveProcess from '#app/processes/actions/remove_process'
import * as validators from '#app/processes/validators'
import Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'

/**
 * How the processes of a project are meant to run.
 */
export default class ProcessesController {
  @inject()
  async store(ctx: HttpContext, keepProcess: KeepProcess) {
    const project = await this.#project(ctx)
    const { name, ...input } = await ctx.request.validateUsing(validators.createProcessValidator)
    await keepProcess.add(ctx.scope.origin, project, name, { ...validators.BLANKS, ...input })
    return this.#back(ctx, project, `${name} is added. It starts with the next deployment.`)
  }

  async edit(ctx: HttpContext) {
    const project = await this.#project(ctx)
    const row = await this.#row(project, ctx)
    return ctx.view.render('pages/processes/edit', { project, row })
  }

  @inject()
  async update(ctx: HttpContext, keepProcess: KeepProcess) {
    const project = await this.#project(ctx)
    const process = await this.#row(project, ctx)
    const input = await ctx.request.validateUsing(validators.updateProcessValidator)
    await keepProcess.change(ctx.scope.origin, project, process, { ...validators.BLANKS, ...input })
    return this.#back(ctx, project, `${process.name} is changed. Apply it on this page, or deploy.`)
  }

  @inject()
  async destroy(ctx: HttpContext, removeProcess: RemoveProcess) {
    const project = await this.#project(ctx)
    const process = await this.#row(project, ctx)
    await removeProcess.handle(ctx.scope.origin, project, process)
    return this.#back(ctx, project, `${process.name} is removed. It ends with the next deployment.`)
  }

  #project({ scope, params }: HttpContext) {
    return Project.within(scope).where('id', params.projectId).firstOrFail()
  }

  #row({ id: projectId, teamId }: Project, { params: { name } }: HttpContext) {
    return ProjectProcess.within({ teamId }).where({ projectId, name }).firstOrFail()
  }

  #back({ session, response }: HttpContext, project: Project, message: string) {
    session.flash('toasts', [{ tone: 'success', message }])
    return response.redirect().toRoute('processes.index', { projectId: project.id })
  }
}
