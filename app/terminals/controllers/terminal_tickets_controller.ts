import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import Server from '#app/servers/models/server'
import IssueTicket from '#app/terminals/actions/issue_ticket'
import { answerTicket } from '#app/terminals/answer_ticket'
import { LiveTerminals } from '#app/terminals/live_terminals'
import Terminal from '#app/terminals/models/terminal'
import { comeBackValidator } from '#app/terminals/validators'

/**
 * Leave to come back to a terminal whose link broke, for the page that opened it: it alone has
 * the terminal's resume secret, which the process that holds the shell knows by its hash.
 */
export default class TerminalTicketsController {
  @inject()
  async store(ctx: HttpContext, terminals: LiveTerminals) {
    const { scope, signIn, params, request, response } = ctx
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    const terminal = await Terminal.within(scope)
      .where({ id: params.terminalId, serverId: server.id, signInId: signIn.id })
      .whereNull('ended_at')
      .firstOrFail()
    const { secret } = await request.validateUsing(comeBackValidator)
    const live = terminals.find(terminal.id)
    if (!live) {
      const { message, hint } = terminals.absence(terminal)
      return response.conflict({ message: `${message} ${hint}` })
    }
    if (!live.isResumedBy(secret)) {
      return response.forbidden({ message: 'Only the page that opened this terminal comes back.' })
    }
    return answerTicket(
      ctx,
      new IssueTicket().handle(scope, { signInId: signIn.id, server, terminal })
    )
  }
}
