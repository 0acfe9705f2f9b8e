import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateProject from '#app/projects/actions/create_project'
import UpdateProject from '#app/projects/actions/update_project'
import Project from '#app/projects/models/project'
import { phpVersions } from '#app/projects/php_versions'
import { chosenOf } from '#app/projects/place_project'
import { serverChoices } from '#app/projects/queries/server_choices'
import { withBlanks, withSource } from '#app/projects/form_values'
import * as validators from '#app/projects/validators'

/**
 * Making and changing projects.
 */
export default class ProjectsController {
  async create({ view, scope, request }: HttpContext) {
    const search = String(request.input('search', ''))
    const also = [request.input('server'), request.input('servers')].flat().map(String)
    const choices = await serverChoices(scope, { search, also })
    const [first, ...others] = choices.servers
    const only = first && others.length === 0 && choices.more === 0 ? [first.id] : []
    const chosen = new Set([...also, ...only])
    const versions = phpVersions(choices.servers)
    return view.render('pages/projects/create', { choices, chosen, phpVersions: versions })
  }

  @inject()
  async store({ request, scope, response }: HttpContext, createProject: CreateProject) {
    const { serverId, servers, workers, ...input } = await request.validateUsing(
      validators.createProjectValidator
    )
    const chosen = chosenOf(servers ?? (serverId ? [serverId] : []), workers)
    const project = await createProject.handle(scope, {
      ...withBlanks(withSource(input)),
      servers: chosen,
    })
    return response.redirect().toRoute('projects.show', { id: project.id })
  }

  async edit({ view, scope, params }: HttpContext) {
    const project = await Project.within(scope)
      .where('id', params.id)
      .preload('placements', (placements) => placements.preload('server'))
      .firstOrFail()
    const versions = phpVersions(project.servers, project.phpVersion)
    return view.render('pages/projects/edit', { project, phpVersions: versions })
  }

  @inject()
  async update(ctx: HttpContext, updateProject: UpdateProject) {
    const project = await Project.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const settings = await ctx.request.validateUsing(validators.updateProjectValidator)
    await updateProject.handle(ctx.scope.origin, project, withBlanks(withSource(settings)))
    ctx.session.flash('toasts', [
      { tone: 'success', message: 'Saved. The next deployment uses these settings.' },
    ])
    return ctx.response.redirect().toRoute('projects.edit', { id: project.id })
  }
}
