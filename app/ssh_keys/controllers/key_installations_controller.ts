import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import InstallKey from '#app/ssh_keys/actions/install_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { installKeyValidator } from '#app/ssh_keys/validators'

/**
 * Installing the public part of a team's key pair on servers.
 */
export default class KeyInstallationsController {
  @inject()
  async store({ request, scope, params, response }: HttpContext, installKey: InstallKey) {
    const key = await SshKey.within(scope).where('id', params.id).firstOrFail()
    const input = await request.validateUsing(installKeyValidator)
    await installKey.handle(scope, key, {
      serverIds: input.servers,
      unixUser: input.unixUser || null,
      removedOnExpiry: false,
    })
    return response.redirect().toRoute('ssh_keys.show', { id: key.id })
  }
}
