import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import PrepareServer from '#app/servers/actions/prepare_server'
import Server from '#app/servers/models/server'

/**
 * Installing on a server what deployments need.
 */
export default class ServerPreparationsController {
  @inject()
  async store({ scope, params, response }: HttpContext, prepareServer: PrepareServer) {
    const server = await Server.within(scope)
      .where('id', params.id)
      .whereNull('offered_host_key')
      .firstOrFail()
    const run = await prepareServer.handle(scope, server)
    return response.redirect().toRoute('runs.show', { id: run.id })
  }
}
