import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import type Project from '#app/projects/models/project'

/**
 * Keeps what a person decided about a site that was edited by hand. It counts for the file that the
 * person saw, and for no later edit.
 */
@inject()
export default class DecideSite {
  async handle(
    origin: Origin,
    project: Project,
    decided: { act: 'keep' | 'overwrite'; checksum: string }
  ): Promise<void> {
    await db.transaction(async (trx) => {
      await project.useTransaction(trx).merge({ editedSite: decided }).save()
      await recordActivity(
        origin,
        { action: `site.${decided.act}`, subject: project.asSubject, details: {} },
        trx
      )
    })
  }
}
