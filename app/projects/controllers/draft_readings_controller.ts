import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ReadRepository from '#app/projects/actions/read_repository'
import ProjectDraft from '#app/projects/models/project_draft'

/**
 * Testing whether a repository lets the server in, by reading it.
 */
export default class DraftReadingsController {
  @inject()
  async store({ scope, params, response }: HttpContext, readRepository: ReadRepository) {
    const draft = await ProjectDraft.within(scope).where('id', params.id).firstOrFail()
    await readRepository.handle(scope, draft)
    return response.redirect().toRoute('project_drafts.show', { id: draft.id })
  }
}
