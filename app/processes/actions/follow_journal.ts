import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { refuse } from '#app/core/exceptions/refusal'
import { recordActivity } from '#app/activity/record_activity'
import type Project from '#app/projects/models/project'
import { placementOn } from '#app/projects/queries/placements_of'
import { JOURNAL_SECONDS } from '#app/processes/journal_run'
import CreateRun from '#app/runs/actions/create_run'
import Run from '#app/runs/models/run'
import type { Scope } from '#app/teams/scope'

/** Each has one of the few places that a server has for runs. */
const MOST_OPEN = 3

interface Which {
  /** Null for all of them. */
  process: string | null
  /** Which of the project's servers, where it has many. */
  serverId?: string
}

/**
 * Follows what the processes of a project write on one of its servers, by a run: its log is live,
 * capped and redacted like any other, and ends by itself. One that is followed already is the same.
 *
 * @throws a refusal for `process` when many of the server's are followed
 */
@inject()
export default class FollowJournal {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  async handle(scope: Scope, project: Project, { process, serverId }: Which): Promise<Run> {
    const { server } = await placementOn(project, serverId)
    const open = await Run.within({ teamId: project.teamId })
      .where({ kind: 'project.journal', serverId: server.id })
      .whereIn('state', ['queued', 'running'])
    const same = open.find(
      ({ input }) => input.projectId === project.id && input.process === process
    )
    if (same) return same
    if (open.length >= MOST_OPEN) {
      refuse(
        'process',
        `${MOST_OPEN} journals of ${server.name} are followed already. Cancel one of them.`
      )
    }
    return db.transaction(async (trx) => {
      const run = await this.#createRun.handle(
        scope,
        {
          ...{ server, projectId: project.id, kind: 'project.journal' },
          title: `Journal of ${process ? `${process} of ${project.name}` : project.name}`,
          input: { projectId: project.id, process },
          deadlineSeconds: JOURNAL_SECONDS + 120,
        },
        trx
      )
      const details = { server: server.name, ...(process ? { process } : {}) }
      await recordActivity(
        scope.origin,
        { action: 'process.journal_read', subject: project.asSubject, details, runs: [run.id] },
        trx
      )
      return run
    })
  }
}
