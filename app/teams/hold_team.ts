import { errors as lucidErrors } from '@adonisjs/lucid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Membership from '#app/teams/models/membership'
import { abilities, type Ability } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * Makes changes to who is in a team happen one after another: whoever else asks for the same team
 * waits until the transaction ends. Call it first in a transaction. The write comes before any
 * read, so that what is read next is what the one before left.
 *
 * @throws E_ROW_NOT_FOUND when the team is gone
 */
export async function holdTeam(teamId: string, trx: TransactionClientContract): Promise<void> {
  const held = await trx.from('teams').where('id', teamId).increment('updated_at', 0)
  if (Number(held) !== 1) throw new lucidErrors.E_ROW_NOT_FOUND()
}

/**
 * Holds the team and gives the place of the one who acts as it is now: since their request began,
 * someone else may have changed it.
 *
 * @throws E_ROW_NOT_FOUND when they no longer have the right
 */
export async function holdTeamAs(
  { teamId, userId }: Scope,
  ability: Ability,
  trx: TransactionClientContract
): Promise<Membership> {
  await holdTeam(teamId, trx)
  return Membership.within({ teamId }, { client: trx })
    .where('user_id', userId)
    .whereIn('role', [...abilities[ability]])
    .firstOrFail()
}
