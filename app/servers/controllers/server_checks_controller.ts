import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CheckServer from '#app/servers/actions/check_server'
import Server from '#app/servers/models/server'

/**
 * Looking at a server now: logs in afresh and gathers its facts.
 */
export default class ServerChecksController {
  @inject()
  async store({ scope, params, response, session }: HttpContext, checkServer: CheckServer) {
    const server = await Server.within(scope)
      .where('id', params.id)
      .whereNull('offered_host_key')
      .firstOrFail()
    const result = await checkServer.handle(server, { afresh: true })
    session.flash('toasts', [
      result.kind === 'reachable'
        ? { tone: 'success', message: `${server.name} answered.` }
        : { tone: 'danger', message: result.message },
    ])
    return response.redirect().toRoute('servers.show', { id: server.id })
  }
}
