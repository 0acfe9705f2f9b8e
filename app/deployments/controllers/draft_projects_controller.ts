import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LookAhead from '#app/deployments/actions/look_ahead'
import CreateProject from '#app/projects/actions/create_project'
import { withBlanks } from '#app/projects/form_values'
import { isReachable } from '#app/projects/git_hosts'
import ProjectDraft from '#app/projects/models/project_draft'
import { chosenOf } from '#app/projects/place_project'
import { settingsOfDraft } from '#app/projects/queries/draft_page'
import { draftProjectValidator } from '#app/projects/validators'

/**
 * Making a project of its draft, and looking at what its first deployment will do.
 */
export default class DraftProjectsController {
  async create({ view, scope, params, request }: HttpContext) {
    const draft = await ProjectDraft.within(scope)
      .where('id', params.id)
      .preload('server')
      .preload('reading')
      .firstOrFail()
    const page = await settingsOfDraft(scope, draft, request.input('template'))
    return view.render('pages/projects/draft_settings', page)
  }

  @inject()
  async store(ctx: HttpContext, createProject: CreateProject, lookAhead: LookAhead) {
    const { scope, params, request, response } = ctx
    const draft = await ProjectDraft.within(scope)
      .where('id', params.id)
      .preload('server')
      .firstOrFail()
    const settings = await request.validateUsing(draftProjectValidator)
    const project = await createProject.handle(scope, {
      ...withBlanks(settings),
      servers: chosenOf([draft.serverId]),
      source: draft,
    })
    const ready = draft.server.preparedAt !== null && (await isReachable(project))
    if (ready) await lookAhead.handle(scope, project)
    return response.redirect().toRoute('plans.show', { projectId: project.id })
  }
}
