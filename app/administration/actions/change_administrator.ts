import { administer } from '#app/administration/administered_person'
import type { Origin } from '#app/activity/origin'
import { refuse } from '#app/core/exceptions/refusal'
import { hasOtherAdministrator } from '#app/users/hold_administrators'
import type User from '#app/users/models/user'

/**
 * Gives a person the administration of the panel, or takes it from them. There is always one who
 * has it.
 */
export default class ChangeAdministrator {
  /** @throws a refusal for `person` who is deactivated */
  make(origin: Origin, personId: string): Promise<User> {
    return administer(origin, personId, async (person) => {
      if (person.administrator) return null
      if (person.deactivatedAt) refuse('person', 'Reactivate them first.')
      await person.merge({ administrator: true }).save()
      return { action: 'user.made_administrator' }
    })
  }

  /** @throws a refusal for `person` who is the last one */
  unmake(origin: Origin, personId: string): Promise<User> {
    return administer(origin, personId, async (person, trx) => {
      if (!person.administrator) return null
      if (!person.deactivatedAt && !(await hasOtherAdministrator(person, trx))) {
        refuse('person', 'This is the last administrator. Make someone else one first.')
      }
      await person.merge({ administrator: false }).save()
      return { action: 'user.unmade_administrator' }
    })
  }
}
