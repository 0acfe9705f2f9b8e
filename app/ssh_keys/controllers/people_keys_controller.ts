import type { HttpContext } from '@adonisjs/core/http'
import PublicKey from '#app/ssh_keys/models/public_key'
import { peopleKeysPage } from '#app/ssh_keys/queries/people_keys_page'
import { personKeyPage } from '#app/ssh_keys/queries/person_key_page'

/**
 * The keys of a team's people.
 */
export default class PeopleKeysController {
  async index({ view, scope }: HttpContext) {
    return view.render('pages/ssh_keys/people', await peopleKeysPage(scope))
  }

  async show({ view, scope, params }: HttpContext) {
    const key = await PublicKey.within(scope).where('id', params.id).preload('user').firstOrFail()
    return view.render('pages/ssh_keys/person', await personKeyPage(scope, key))
  }
}
