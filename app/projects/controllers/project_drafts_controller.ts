import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import DropDraft from '#app/projects/actions/drop_draft'
import KeepDraft from '#app/projects/actions/keep_draft'
import { withSource } from '#app/projects/form_values'
import ProjectDraft from '#app/projects/models/project_draft'
import { draftPage } from '#app/projects/queries/draft_page'
import { serverChoice } from '#app/projects/queries/server_choices'
import { projectDraftValidator } from '#app/projects/validators'

/**
 * Beginning a project: where its code comes from, what opens it, and which server it is for.
 */
export default class ProjectDraftsController {
  async create({ view, scope, request }: HttpContext) {
    const choice = await serverChoice(scope, request.qs())
    const drafts = await ProjectDraft.within(scope).orderBy('id', 'desc').limit(5)
    return view.render('pages/projects/begin', { choice, drafts, draft: null })
  }

  @inject()
  async store({ request, scope, response }: HttpContext, keepDraft: KeepDraft) {
    const { source, serverId } = withSource(await request.validateUsing(projectDraftValidator))
    const draft = await keepDraft.begin(scope, { ...source, serverId })
    return response.redirect().toRoute('project_drafts.show', { id: draft.id })
  }

  async show({ view, scope, params }: HttpContext) {
    const draft = await ProjectDraft.within(scope)
      .where('id', params.id)
      .preload('server')
      .preload('reading')
      .firstOrFail()
    return view.render('pages/projects/draft', await draftPage(draft))
  }

  async edit({ view, scope, params, request }: HttpContext) {
    const draft = await ProjectDraft.within(scope).where('id', params.id).firstOrFail()
    const choice = await serverChoice(scope, { server: draft.serverId, ...request.qs() })
    return view.render('pages/projects/begin', { choice, drafts: [], draft })
  }

  @inject()
  async update({ request, scope, params, response }: HttpContext, keepDraft: KeepDraft) {
    const draft = await ProjectDraft.within(scope).where('id', params.id).firstOrFail()
    const { source, serverId } = withSource(await request.validateUsing(projectDraftValidator))
    await keepDraft.change(scope, draft, { ...source, serverId })
    return response.redirect().toRoute('project_drafts.show', { id: draft.id })
  }

  @inject()
  async destroy({ scope, params, response }: HttpContext, dropDraft: DropDraft) {
    const draft = await ProjectDraft.within(scope).where('id', params.id).firstOrFail()
    await dropDraft.handle(scope, draft)
    return response.redirect().toRoute('projects.index')
  }
}
