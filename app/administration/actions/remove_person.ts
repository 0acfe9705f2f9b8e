import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { administer } from '#app/administration/administered_person'
import type { Origin } from '#app/activity/origin'
import { refuse } from '#app/core/exceptions/refusal'
import { holdTeam } from '#app/teams/hold_team'
import Membership from '#app/teams/models/membership'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import type User from '#app/users/models/user'

/**
 * Removes a deactivated person for good, with their places in teams. What they did stays on
 * record.
 */
export default class RemovePerson {
  /**
   * @param confirm the person's e-mail address, typed
   * @throws a refusal for `confirm` that is not it, and for `person` who is active or the last owner
   *   of a team
   */
  handle(origin: Origin, personId: string, confirm: string): Promise<User> {
    return administer(origin, personId, async (person, trx) => {
      if (confirm !== person.email) refuse('confirm', `Type ${person.email} to confirm.`)
      if (!person.deactivatedAt) refuse('person', 'Deactivate them first.')
      const teams = await lastOwnedTeams(person, trx)
      if (teams.length > 0) {
        refuse(
          'person',
          `They are the last owner of ${teams.join(', ')}. Give it another owner first.`
        )
      }
      await person.delete()
      return { action: 'user.removed', details: { email: person.email } }
    })
  }
}

/** The names of the teams that would have no owner left, held until the transaction ends. */
async function lastOwnedTeams(person: User, client: TransactionClientContract): Promise<string[]> {
  const owned = await Membership.query({ client })
    .where({ userId: person.id, role: 'owner' })
    .preload('team')
    .orderBy('team_id')
  const names: string[] = []
  for (const membership of owned) {
    await holdTeam(membership.teamId, client)
    if (!(await hasOtherOwner(membership, client))) names.push(membership.team.name)
  }
  return names
}
