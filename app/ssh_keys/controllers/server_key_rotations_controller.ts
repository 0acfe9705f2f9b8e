import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import Server from '#app/servers/models/server'
import BeginRotation from '#app/ssh_keys/actions/begin_rotation'

/**
 * Giving a server a new login key of its own.
 */
export default class ServerKeyRotationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, beginRotation: BeginRotation) {
    const server = await Server.within(scope)
      .where('id', params.id)
      .whereNull('offered_host_key')
      .firstOrFail()
    const rotation = await beginRotation.own(scope, server)
    return response.redirect().toRoute('key_rotations.show', { id: rotation.id })
  }
}
