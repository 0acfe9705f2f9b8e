import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ActOnProcesses from '#app/processes/actions/act_on_processes'
import { processActValidator } from '#app/processes/validators'
import Project from '#app/projects/models/project'

/**
 * Starting, stopping and restarting processes.
 */
export default class ProcessActsController {
  @inject()
  async store({ scope, params, request, response }: HttpContext, actOnProcesses: ActOnProcesses) {
    const project = await Project.within(scope).where('id', params.projectId).firstOrFail()
    const { act, process, server, release } = await request.validateUsing(processActValidator)
    const asked = { act, process: process ?? null, serverId: server, seenReleaseId: release }
    const run = await actOnProcesses.handle(scope, project, asked)
    return response.redirect().toRoute('runs.show', { id: run.id })
  }
}
