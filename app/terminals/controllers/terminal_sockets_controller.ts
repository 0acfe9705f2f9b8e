import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { acceptSocket, isUpgrade } from '#app/core/socket_upgrades'
import Server from '#app/servers/models/server'
import RedeemTicket from '#app/terminals/actions/redeem_ticket'
import { LiveTerminals } from '#app/terminals/live_terminals'
import { TerminalLink } from '#app/terminals/terminal_link'
import { TerminalRights } from '#app/terminals/terminal_rights'
import { ticketIn } from '#app/terminals/ticket_text'

/**
 * The socket of a terminal: an ordinary route, so that whoever may not pass is refused by the same
 * table as everywhere, before there is a socket.
 */
export default class TerminalSocketsController {
  @inject()
  async show(ctx: HttpContext, terminals: LiveTerminals) {
    const { scope, signIn, params, request, response } = ctx
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    if (!isUpgrade(ctx)) {
      response.header('Upgrade', 'websocket')
      return response.status(426).send('This address answers by a WebSocket.')
    }
    const ticket = await new RedeemTicket().handle(
      { scope, signInId: signIn.id, serverId: server.id },
      ticketIn(request.header('sec-websocket-protocol'))
    )
    if (!ticket) return response.forbidden({ message: 'This ticket is not good for this socket.' })
    const rights = new TerminalRights(ctx, server.id)
    const { terminalId } = ticket
    acceptSocket(ctx, (socket) => {
      new TerminalLink(
        socket,
        { scope, signInId: signIn.id, server, rights, terminalId },
        terminals
      )
    })
  }
}
