import { administer } from '#app/administration/administered_person'
import type { Origin } from '#app/activity/origin'
import type User from '#app/users/models/user'

/**
 * Lets a person in again. They log in as before; API tokens they make anew.
 */
export default class ReactivatePerson {
  handle(origin: Origin, personId: string): Promise<User> {
    return administer(origin, personId, async (person) => {
      if (!person.deactivatedAt) return null
      await person.merge({ deactivatedAt: null }).save()
      return { action: 'user.reactivated' }
    })
  }
}
