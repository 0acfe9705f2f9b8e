import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import type Project from '#app/projects/models/project'
import { placementOn } from '#app/projects/queries/placements_of'
import { runAloneOf } from '#app/projects/runs_alone'
import CreateRun from '#app/runs/actions/create_run'
import type Run from '#app/runs/models/run'
import type { Scope } from '#app/teams/scope'
import type { ActKind, ProcessActInput } from '#app/processes/process_runs'

const TITLES: Record<ActKind, string> = {
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  apply: 'Apply the processes of',
}

interface Asked {
  act: ActKind
  /** Null for all of them. */
  process: string | null
  /** Which of the project's servers, where it has many. */
  serverId?: string
  /** The release that was live there for who asks. */
  seenReleaseId?: string
}

/**
 * Starts, stops or restarts the processes of a project on one of its servers, by a run. A restart of what
 * visitors are served by, and a change of scale, hand over to new instances of the live release.
 *
 * @throws a refusal for `act` when nothing was deployed yet, another release is live than was seen, or
 *   something else is under way
 */
@inject()
export default class ActOnProcesses {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  async handle(scope: Scope, project: Project, asked: Asked): Promise<Run> {
    const { act, process, serverId, seenReleaseId } = asked
    const { server, liveReleaseId: releaseId } = await placementOn(project, serverId)
    if (!releaseId) refuse('act', 'Nothing is live yet. Deploy the project first.')
    if (seenReleaseId && seenReleaseId !== releaseId) {
      refuse('act', 'Another release is live by now. Look at it before you go on.')
    }
    const input: ProcessActInput = { projectId: project.id, releaseId, act, process }
    const subject = process ? `${process} of ${project.name}` : project.name
    return db.transaction(async (trx) => {
      // The write comes first: who begins a deployment waits for it.
      await trx.from('projects').where('id', project.id).increment('updated_at', 0)
      const active = await trx.from('deployments').where('active_project_id', project.id).first()
      if (active) refuse('act', 'A deployment is under way. Wait for its end or cancel it first.')
      if ((await runAloneOf(project, trx)) === 'project.removal') {
        refuse('act', `${project.name} is being removed.`)
      }
      const run = await this.#createRun.handle(
        scope,
        {
          ...{ server, projectId: project.id, input, kind: 'project.processes' },
          title: `${TITLES[act]} ${subject}`,
          deadlineSeconds: 3600,
        },
        trx
      )
      const details = { process, server: server.name }
      await recordActivity(
        scope.origin,
        { action: `process.${act}_started`, subject: project.asSubject, details, runs: [run.id] },
        trx
      )
      return run
    })
  }
}
