import { inject } from '@adonisjs/core'
import type Project from '#app/projects/models/project'
import { JOURNAL_SECONDS } from '#app/processes/journal_run'
import CreateRun from '#app/runs/actions/create_run'
import type Run from '#app/runs/models/run'
import Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Follows what the processes of a project write, by a run: its log is live, capped and redacted like
 * any other, and ends by itself.
 */
@inject()
export default class FollowJournal {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  async handle(scope: Scope, project: Project, process: string | null): Promise<Run> {
    const server = await Server.within(project).where('id', project.serverId).firstOrFail()
    return this.#createRun.handle(scope, {
      ...{ server, projectId: project.id, kind: 'project.journal' },
      title: `Journal of ${process ? `${process} of ${project.name}` : project.name}`,
      input: { projectId: project.id, process },
      deadlineSeconds: JOURNAL_SECONDS + 120,
    })
  }
}
