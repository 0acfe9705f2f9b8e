import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { LOOK, refOf } from '#app/deployments/look_run'
import { latestLook } from '#app/deployments/queries/plan_page'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import CreateRun from '#app/runs/actions/create_run'
import type Run from '#app/runs/models/run'
import type { Scope } from '#app/teams/scope'

/** How long a look may take, in seconds. */
const DEADLINE_SECONDS = 300

/**
 * Has the first of the project's servers fetch the branch or tag and tell what a deployment would bring. A look
 * that is under way is not begun a second time.
 */
@inject()
export default class LookAhead {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  async handle(scope: Scope, project: Project): Promise<Run> {
    const former = await latestLook(project)
    if (former?.isOpen) return former
    const placements = await placementsOf(project)
    // One that has the repository already needs the least.
    const { server } = placements.find(({ liveReleaseId }) => liveReleaseId) ?? placements[0]
    return db.transaction(async (trx) => {
      const run = await this.#createRun.handle(
        scope,
        {
          server,
          projectId: project.id,
          kind: LOOK,
          title: `Look at ${project.branch} of ${project.name}`.slice(0, 160),
          input: { projectId: project.id, ref: refOf(project) },
          deadlineSeconds: DEADLINE_SECONDS,
        },
        trx
      )
      const details = { server: server.name, branch: project.branch }
      await recordActivity(
        scope.origin,
        { action: 'project.looked', subject: project.asSubject, details, runs: [run.id] },
        trx
      )
      return run
    })
  }
}
