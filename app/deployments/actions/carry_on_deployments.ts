import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { beginNext } from '#app/deployments/begin_next'
import { holdProject } from '#app/deployments/hold_project'
import Deployment from '#app/deployments/models/deployment'
import { recordBegin } from '#app/deployments/record_queue'

/**
 * Begins deployments that wait though nothing is before them: the one that was may have gone with
 * its server, or with the process that was to begin the next.
 */
export default class CarryOnDeployments {
  async handle(): Promise<void> {
    const waiting: { project_id: string }[] = await Deployment.acrossTeams()
      .where('state', 'waiting')
      .whereNotIn(
        'project_id',
        Deployment.acrossTeams().whereNotNull('active_project_id').select('project_id')
      )
      .distinct('project_id')
      .pojo()
    for (const { project_id: id } of waiting) {
      await this.#carryOn(id).catch((error) =>
        logger.error({ err: error, project: id }, 'deployments of a project were not carried on')
      )
    }
  }

  async #carryOn(projectId: string): Promise<void> {
    await db.transaction(async (trx) => {
      const project = await holdProject(projectId, trx)
      const begun = project && (await beginNext(project, trx))
      if (begun) await recordBegin(begun, project, trx)
    })
  }
}
