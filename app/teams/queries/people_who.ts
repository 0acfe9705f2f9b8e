import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Membership from '#app/teams/models/membership'
import { scopeOf } from '#app/teams/queries/find_scope'
import { abilities, type Ability } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'
import type User from '#app/users/models/user'

/**
 * The people of a team who may do something and can sign in, with what each of them sees.
 */
export async function peopleWho(
  ability: Ability,
  teamId: string,
  trx: TransactionClientContract
): Promise<{ user: User; scope: Scope }[]> {
  const members = await Membership.within({ teamId }, { client: trx })
    .whereIn('role', [...abilities[ability]])
    .whereHas('user', (user) => void user.whereNull('deactivated_at'))
    .preload('user')
    .preload('team')
    .orderBy('id')
  const people: { user: User; scope: Scope }[] = []
  for (const member of members) {
    people.push({ user: member.user, scope: await scopeOf(member.user, member) })
  }
  return people
}
