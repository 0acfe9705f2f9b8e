import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import FollowJournal from '#app/processes/actions/follow_journal'
import { journalValidator } from '#app/processes/validators'
import Project from '#app/projects/models/project'

/**
 * What the processes of a project write, as it comes.
 */
export default class JournalsController {
  @inject()
  async store({ scope, params, request, response }: HttpContext, followJournal: FollowJournal) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const { process, server } = await request.validateUsing(journalValidator)
    const which = { process: process ?? null, serverId: server }
    const run = await followJournal.handle(scope, project, which)
    return response.redirect().toRoute('runs.show', { id: run.id })
  }
}
