import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type BulkRun from '#app/bulk_runs/models/bulk_run'
import Membership from '#app/teams/models/membership'
import { scopeOf } from '#app/teams/queries/find_scope'
import type { Scope } from '#app/teams/scope'

/**
 * The scope, as it is now, of the one who asked for a bulk run; null once they may run no such
 * thing: they left the team, were deactivated or removed, or have another role.
 */
export async function findAuthor(
  bulkRun: BulkRun,
  trx: TransactionClientContract
): Promise<Scope | null> {
  if (bulkRun.createdBy === null) return null
  const membership = await Membership.within(bulkRun, { client: trx })
    .where('user_id', bulkRun.createdBy)
    .preload('team')
    .preload('user')
    .first()
  if (!membership || membership.user.deactivatedAt !== null) return null
  const scope = await scopeOf(membership.user, membership)
  return scope.can(bulkRun.kind === 'script' ? 'scripts.run' : 'commands.run') ? scope : null
}
