import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import Placement, { type EditedSiteDecision } from '#app/projects/models/placement'
import type Project from '#app/projects/models/project'

/**
 * Keeps what a person decided about a site that was edited by hand on one of the project's servers.
 * It counts for the file that the person saw, and for no later edit.
 *
 * @throws E_ROW_NOT_FOUND when the project is not on that server
 */
@inject()
export default class DecideSite {
  async handle(
    origin: Origin,
    project: Project,
    serverId: string,
    decided: EditedSiteDecision
  ): Promise<Placement> {
    return db.transaction(async (trx) => {
      const placement = await Placement.within(project, { client: trx })
        .where({ projectId: project.id, serverId, role: 'web' })
        .preload('server')
        .firstOrFail()
      await placement.merge({ editedSite: decided }).save()
      const details = { server: placement.server.name }
      await recordActivity(
        origin,
        { action: `site.${decided.act}`, subject: project.asSubject, details },
        trx
      )
      return placement
    })
  }
}
