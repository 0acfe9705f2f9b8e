import type { HttpContext } from '@adonisjs/core/http'
import Server from '#app/servers/models/server'
import IssueTicket from '#app/terminals/actions/issue_ticket'
import { answerTicket } from '#app/terminals/answer_ticket'
import Terminal from '#app/terminals/models/terminal'

/**
 * Leave to come back to a terminal whose link broke, for the browser that opened it.
 */
export default class TerminalTicketsController {
  async store(ctx: HttpContext) {
    const { scope, signIn, params } = ctx
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    const terminal = await Terminal.within(scope)
      .where({ id: params.terminalId, serverId: server.id, signInId: signIn.id })
      .whereNull('ended_at')
      .firstOrFail()
    const request = { signInId: signIn.id, server, terminal }
    return answerTicket(ctx, new IssueTicket().handle(scope, request))
  }
}
