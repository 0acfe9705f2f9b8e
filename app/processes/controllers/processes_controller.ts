import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import KeepProcess from '#app/processes/actions/keep_process'
import RemoveProcess from '#app/processes/actions/remove_process'
import ProcessesPage from '#app/processes/queries/processes_page'
import * as validators from '#app/processes/validators'
import Project from '#app/projects/models/project'
import ProjectProcess from '#app/projects/models/project_process'

const BLANKS = { command: null, memoryMegabytes: null, cpuPercent: null }

/**
 * The processes of a project: how they are, and how they are meant to run.
 */
export default class ProcessesController {
  @inject()
  async index({ view, scope, params, request }: HttpContext, page: ProcessesPage) {
    const asked = request.input('server')
    return view.render('pages/processes/index', await page.read(scope, params.projectId, asked))
  }

  @inject()
  async store(ctx: HttpContext, keepProcess: KeepProcess) {
    const project = await this.#project(ctx)
    const { name, ...input } = await ctx.request.validateUsing(validators.createProcessValidator)
    await keepProcess.add(ctx.scope.origin, project, name, { ...BLANKS, ...input })
    return this.#back(ctx, project, `${name} is added. It starts with the next deployment.`)
  }

  async edit({ view, scope, params }: HttpContext) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const row = await this.#row(project, params.name).firstOrFail()
    return view.render('pages/processes/edit', { project, row })
  }

  @inject()
  async update(ctx: HttpContext, keepProcess: KeepProcess) {
    const project = await this.#project(ctx)
    const process = await this.#row(project, ctx.params.name).firstOrFail()
    const input = await ctx.request.validateUsing(validators.updateProcessValidator)
    await keepProcess.change(ctx.scope.origin, project, process, { ...BLANKS, ...input })
    return this.#back(ctx, project, `${process.name} is changed. Apply it on this page, or deploy.`)
  }

  @inject()
  async destroy(ctx: HttpContext, removeProcess: RemoveProcess) {
    const project = await this.#project(ctx)
    const process = await this.#row(project, ctx.params.name).firstOrFail()
    await removeProcess.handle(ctx.scope.origin, project, process)
    return this.#back(ctx, project, `${process.name} is removed. It ends with the next deployment.`)
  }

  #project({ scope, params }: HttpContext) {
    return Project.within(scope).where('id', params.projectId).firstOrFail()
  }

  #row(project: Project, name: string) {
    return ProjectProcess.within(project).where({ projectId: project.id, name })
  }

  #back({ session, response }: HttpContext, project: Project, message: string) {
    session.flash('toasts', [{ tone: 'success', message }])
    return response.redirect().toRoute('processes.index', { projectId: project.id })
  }
}
