import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import InstallKey from '#app/ssh_keys/actions/install_key'
import PublicKey from '#app/ssh_keys/models/public_key'
import { installKeyValidator } from '#app/ssh_keys/validators'

/**
 * Installing a person's key on servers.
 */
export default class PeopleKeyInstallationsController {
  @inject()
  async store({ request, scope, params, response }: HttpContext, installKey: InstallKey) {
    const key = await PublicKey.within(scope).where('id', params.id).preload('user').firstOrFail()
    const input = await request.validateUsing(installKeyValidator)
    await installKey.handle(scope, key, {
      serverIds: input.servers,
      unixUser: input.unixUser || null,
      removedOnExpiry: input.removedOnExpiry === 'on',
    })
    return response.redirect().toRoute('people_keys.show', { id: key.id })
  }
}
