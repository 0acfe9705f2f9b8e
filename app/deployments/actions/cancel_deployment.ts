import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import { endWaiting } from '#app/deployments/end_waiting'
import { holdProject } from '#app/deployments/hold_project'
import Deployment from '#app/deployments/models/deployment'
import type Project from '#app/projects/models/project'
import CancelRun from '#app/runs/actions/cancel_run'
import Run from '#app/runs/models/run'

/**
 * Cancels deployments: those that wait never begin, of one under way the run is cancelled. After
 * its end it does nothing.
 */
@inject()
export default class CancelDeployment {
  readonly #cancelRun: CancelRun

  constructor(cancelRun: CancelRun) {
    this.#cancelRun = cancelRun
  }

  async handle(origin: Origin, deployment: Deployment): Promise<void> {
    const { id, projectId } = deployment
    if ((await this.callOff(origin, { id: projectId }, [deployment])) > 0) return
    const now = await Deployment.within(deployment).where('id', id).first()
    if (now?.state !== 'active' || !now.runId) return
    const run = await Run.within(now).where('id', now.runId).firstOrFail()
    await this.#cancelRun.handle(origin, run)
  }

  /**
   * Cancels those of a project's deployments that still wait.
   *
   * @returns how many did
   */
  async callOff(
    origin: Origin,
    { id: projectId }: Pick<Project, 'id'>,
    deployments: readonly Deployment[]
  ): Promise<number> {
    return db.transaction(async (trx) => {
      const project = await holdProject(projectId, trx)
      if (!project) return 0
      const ids = deployments.map(({ id }) => id)
      const ended = await endWaiting(project, 'cancelled', ids, trx)
      for (const { id } of ended) {
        const subject = { type: 'deployment', id, name: project.name }
        await recordActivity(origin, { action: 'deployment.called_off', subject }, trx)
      }
      return ended.length
    })
  }
}
