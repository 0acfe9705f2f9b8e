import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import BeginRotation from '#app/ssh_keys/actions/begin_rotation'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { shareKeyValidator } from '#app/ssh_keys/validators'

/**
 * Letting more servers log in with a key pair.
 */
export default class SharedLoginsController {
  @inject()
  async store({ request, scope, params, response }: HttpContext, beginRotation: BeginRotation) {
    const key = await SshKey.within(scope).where('id', params.id).firstOrFail()
    const { servers } = await request.validateUsing(shareKeyValidator)
    const rotation = await beginRotation.share(scope, key, servers)
    return response.redirect().toRoute('key_rotations.show', { id: rotation.id })
  }
}
