import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import type { Origin } from '#app/activity/origin'
import { assertRemovable } from '#app/projects/assert_removable'
import { forgetProject } from '#app/projects/forget_project'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { serverNames } from '#app/projects/server_names'
import CreateRun from '#app/runs/actions/create_run'
import type Run from '#app/runs/models/run'
import type { Scope } from '#app/teams/scope'

interface Confirmed {
  confirmedName: string
}

/**
 * Forgets a project with its deployments. What runs on its servers stays there as it is, or is removed
 * first by runs, with the last of which the project goes.
 *
 * @throws a refusal for the field `confirm` when the name does not match or something else is
 * under way
 */
@inject()
export default class RemoveProject {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  /**
   * Takes everything of the project off its servers, by a run on each; the project is gone once all
   * have succeeded.
   */
  async withServers(scope: Scope, project: Project, { confirmedName }: Confirmed): Promise<Run[]> {
    const placements = await placementsOf(project)
    const servers = placements.map(({ server }) => server)
    return db.transaction(async (trx) => {
      await assertRemovable(project, confirmedName, trx)
      const runs: Run[] = []
      for (const server of servers) {
        const run = await this.#createRun.handle(
          scope,
          {
            ...{ server, projectId: project.id, kind: 'project.removal' },
            title: `Remove ${project.name} from ${server.name}`,
            input: { projectId: project.id },
            deadlineSeconds: 1800,
          },
          trx
        )
        runs.push(run)
      }
      const act = {
        action: 'project.removal_started',
        subject: project.asSubject,
        details: { server: serverNames(servers.map(({ name }) => name)) },
        runs: runs.map(({ id }) => id),
      }
      await recordActivity(scope.origin, act, trx)
      return runs
    })
  }

  async handle(origin: Origin, project: Project, { confirmedName }: Confirmed) {
    await db.transaction(async (trx) => {
      await assertRemovable(project, confirmedName, trx)
      await forgetProject(origin, project, trx)
    })
  }
}
