import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import SavedFilter from '#app/servers/models/saved_filter'
import { queryTextOf, serverFilterOfText } from '#app/servers/server_filter'
import type { Scope } from '#app/teams/scope'

/** More make no list that one finds something in. */
const MOST = 30

/**
 * Keeps a filter of the server list under a name, and forgets it.
 *
 * @throws a refusal for `name` when the team has another of that name, or too many
 */
@inject()
export default class KeepFilter {
  /** @param query the filter as the query of an address */
  async create(scope: Scope, name: string, query: string): Promise<SavedFilter> {
    const text = queryTextOf(serverFilterOfText(query))
    if (text === '') refuse('name', 'There is no filter to save: choose something first.')
    const others = await SavedFilter.within(scope).select('id')
    if (others.length >= MOST)
      refuse('name', `There are ${MOST} filters already. Remove one first.`)
    const saving = db.transaction(async (trx) => {
      const saved = new SavedFilter().merge({ name, query: text, teamId: scope.teamId })
      await saved.useTransaction(trx).save()
      const details = { query: text }
      const subject = saved.asSubject
      await recordActivity(scope.origin, { action: 'server_filter.saved', subject, details }, trx)
      return saved
    })
    return saving.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'You have a filter with this name already.')
    })
  }

  async remove(scope: Scope, saved: SavedFilter): Promise<void> {
    await db.transaction(async (trx) => {
      await saved.useTransaction(trx).delete()
      const subject = saved.asSubject
      await recordActivity(scope.origin, { action: 'server_filter.removed', subject }, trx)
    })
  }
}
