import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { refuse } from '#app/core/exceptions/refusal'
import ConnectServer from '#app/servers/actions/connect_server'
import Server from '#app/servers/models/server'
import { connectPage } from '#app/servers/queries/connect_page'
import { connectServerValidator } from '#app/servers/validators'

/**
 * Confirming a new server's fingerprint, then logging in for the first time.
 */
export default class ServerConnectionsController {
  async create({ view, scope, params, response }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    if (!server.offeredHostKey) {
      return response.redirect().toRoute('servers.show', { id: server.id })
    }
    return view.render('pages/servers/connect', connectPage(server))
  }

  @inject()
  async store(ctx: HttpContext, connectServer: ConnectServer) {
    const server = await Server.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const input = await ctx.request.validateUsing(connectServerValidator)
    const result = await connectServer.handle(ctx.scope.origin, server, {
      fingerprint: input.fingerprint,
      password: input.password ?? null,
    })
    if (result.kind === 'other_fingerprint') {
      refuse('fingerprint', 'This is not the fingerprint the server offered. Compare it again.')
    }
    if (result.kind === 'refused') {
      refuse(result.field, result.message)
    }
    ctx.session.flash('toasts', [{ tone: 'success', message: `${server.name} is connected.` }])
    return ctx.response.redirect().toRoute('servers.show', { id: server.id })
  }
}
