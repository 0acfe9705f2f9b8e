import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateProject from '#app/projects/actions/create_project'
import RemoveProject from '#app/projects/actions/remove_project'
import UpdateProject from '#app/projects/actions/update_project'
import { typedLines } from '#app/core/line_breaks'
import Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import * as validators from '#app/projects/validators'

/**
 * Making, changing and removing projects.
 */
export default class ProjectsController {
  async create({ view, scope, request }: HttpContext) {
    const servers = await Server.within(scope).whereNull('offered_host_key').orderBy('name')
    return view.render('pages/projects/create', { servers, chosenServer: request.input('server') })
  }

  @inject()
  async store({ request, scope, response }: HttpContext, createProject: CreateProject) {
    const input = await request.validateUsing(validators.createProjectValidator)
    const project = await createProject.handle(scope, withBlanks(input))
    return response.redirect().toRoute('projects.show', { id: project.id })
  }

  async edit({ view, scope, params }: HttpContext) {
    const project = await Project.within(scope)
      .where('id', params.id)
      .preload('server')
      .firstOrFail()
    return view.render('pages/projects/edit', { project })
  }

  @inject()
  async update(ctx: HttpContext, updateProject: UpdateProject) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const settings = await ctx.request.validateUsing(validators.updateProjectValidator)
    await updateProject.handle(ctx.scope.origin, project, withBlanks(settings))
    ctx.session.flash('toasts', [
      { tone: 'success', message: 'Saved. The next deployment uses these settings.' },
    ])
    return ctx.response.redirect().toRoute('projects.edit', { id: project.id })
  }

  @inject()
  async destroy(ctx: HttpContext, removeProject: RemoveProject) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { confirm, leave } = await ctx.request.validateUsing(validators.removeProjectValidator)
    if (leave === 'nothing') {
      const run = await removeProject.withServer(ctx.scope, project, { confirmedName: confirm })
      return ctx.response.redirect().toRoute('runs.show', { id: run.id })
    }
    await removeProject.handle(ctx.scope.origin, project, { confirmedName: confirm })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${project.name} is removed.` }])
    return ctx.response.redirect().toRoute('projects.index')
  }
}

function withBlanks<T extends validators.TypedSettings>(input: T) {
  const blanks = { startCommand: null, publicDirectory: null, phpVersion: null, healthText: null }
  return {
    ...blanks,
    ...input,
    buildCommands: typedLines(input.buildCommands ?? null),
    beforeSwitch: typedLines(input.beforeSwitch ?? null),
    afterSwitch: typedLines(input.afterSwitch ?? null),
    sharedDirectories: validators.storedPaths(input.sharedDirectories),
    sharedFiles: validators.storedPaths(input.sharedFiles),
  }
}
