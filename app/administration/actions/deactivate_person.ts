import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { administer, type Done } from '#app/administration/administered_person'
import { passOnTeams } from '#app/administration/pass_on_teams'
import { endSignIns } from '#app/administration/actions/end_person_sessions'
import type { Origin } from '#app/activity/origin'
import ApiToken from '#app/api_tokens/models/api_token'
import { voidResetLinks } from '#app/auth/password_reset'
import { refuse } from '#app/core/exceptions/refusal'
import { hasOtherAdministrator } from '#app/users/hold_administrators'
import type User from '#app/users/models/user'

/**
 * Shuts a person out until they are reactivated: they are signed out everywhere, their API tokens
 * are removed, links by which they could come back stop working, and teams of which they are the
 * last owner get another, all at once.
 */
export default class DeactivatePerson {
  /** @throws a refusal for `person`: oneself, or the last who administers the panel */
  handle(origin: Origin, personId: string): Promise<User> {
    return administer(origin, personId, async (person, trx) => {
      if (person.deactivatedAt) return null
      if (origin.actor.id === person.id) {
        refuse('person', 'You cannot deactivate yourself. Another administrator can.')
      }
      if (person.administrator && !(await hasOtherAdministrator(person, trx))) {
        refuse('person', 'This is the last administrator. Make someone else one first.')
      }
      await passOnTeams(origin, person, trx)
      return this.#shutOut(person, trx)
    })
  }

  async #shutOut(person: User, trx: TransactionClientContract): Promise<Done> {
    await person.merge({ deactivatedAt: DateTime.utc() }).save()
    const sessions = await endSignIns(person, trx)
    const tokens = await ApiToken.acrossTeams({ client: trx }).where('user_id', person.id).delete()
    await voidResetLinks(person, trx)
    const details = { sessions, apiTokens: Number(tokens) }
    return { action: 'user.deactivated', details }
  }
}
