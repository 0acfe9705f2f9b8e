import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LookAtKeys from '#app/ssh_keys/actions/look_at_keys'
import Server from '#app/servers/models/server'

/**
 * Looking at the keys of a server as they are.
 */
export default class KeyLooksController {
  @inject()
  async store({ scope, params, session, response }: HttpContext, lookAtKeys: LookAtKeys) {
    const server = await Server.within(scope)
      .where('id', params.id)
      .whereNull('offered_host_key')
      .firstOrFail()
    const result = await lookAtKeys.handle(server)
    session.flash('toasts', [
      result.kind === 'seen'
        ? { tone: 'success', message: `Muster looked at the keys of ${server.name}.` }
        : { tone: 'danger', message: result.message },
    ])
    return response.redirect().toRoute('server_keys.show', { id: server.id })
  }
}
