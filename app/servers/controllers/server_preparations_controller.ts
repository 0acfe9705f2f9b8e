import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import PrepareServer from '#app/servers/actions/prepare_server'
import Server from '#app/servers/models/server'
import { preparationValidator } from '#app/servers/validators'

/**
 * Installing on a server what deployments need.
 */
export default class ServerPreparationsController {
  @inject()
  async store({ scope, params, request, response }: HttpContext, prepareServer: PrepareServer) {
    const { chosen, software } = await request.validateUsing(preparationValidator)
    const server = await Server.within(scope)
      .where('id', params.id)
      .whereNull('offered_host_key')
      .firstOrFail()
    // A form without boxes to check means what most projects need.
    const wanted = software ?? (chosen ? [] : ['node' as const])
    const run = await prepareServer.handle(scope, server, wanted)
    return response.redirect().toRoute('runs.show', { id: run.id })
  }
}
