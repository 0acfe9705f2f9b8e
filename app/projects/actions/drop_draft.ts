import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import ProjectDraft from '#app/projects/models/project_draft'
import type { Scope } from '#app/teams/scope'

/**
 * Forgets a project that was only begun, with its deploy key and token.
 */
export default class DropDraft {
  async handle(scope: Scope, draft: ProjectDraft): Promise<void> {
    await db.transaction(async (trx) => {
      const removed = await ProjectDraft.within(scope, { client: trx })
        .where('id', draft.id)
        .delete()
      if (Number(removed) !== 1) return
      const act = { action: 'project_draft.removed', subject: draft.asSubject }
      await recordActivity(scope.origin, act, trx)
    })
  }
}
