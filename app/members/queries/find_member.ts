import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Membership from '#app/teams/models/membership'
import type { Scope } from '#app/teams/scope'

/**
 * A place in the scope's team, with its person and what is granted to them.
 *
 * @param id of the membership
 * @throws E_ROW_NOT_FOUND when the team has no such member
 */
export function findMember(
  scope: Scope,
  id: string,
  trx?: TransactionClientContract
): Promise<Membership> {
  return Membership.within(scope, { client: trx })
    .where('memberships.id', id)
    .preload('user')
    .preload('grants')
    .firstOrFail()
}
