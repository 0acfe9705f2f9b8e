import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import MoveServer from '#app/servers/actions/move_server'
import Server from '#app/servers/models/server'
import { addressPage } from '#app/servers/queries/server_forms'
import { moveServerValidator } from '#app/servers/validators'

/**
 * Where a server is, and who logs in there.
 */
export default class ServerAddressesController {
  async edit({ view, scope, params }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    return view.render('pages/servers/address', await addressPage(scope, server))
  }

  @inject()
  async update(ctx: HttpContext, moveServer: MoveServer) {
    const { scope, params, request, response, session } = ctx
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    const { jumpServerId, ...address } = await request.validateUsing(moveServerValidator)
    const { confirms } = await moveServer.handle(scope, server, {
      ...address,
      jumpServerId: jumpServerId ?? null,
    })
    const message = confirms
      ? `Another host key answers at ${server.address}. Compare it.`
      : `${server.name} is at ${server.address} now, with the host key it is pinned to.`
    session.flash('toasts', [{ tone: confirms ? 'scheduled' : 'success', message }])
    return response.redirect().toRoute('servers.show', { id: server.id })
  }
}
