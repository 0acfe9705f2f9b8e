import type { HttpContext } from '@adonisjs/core/http'
import Server from '#app/servers/models/server'
import IssueTicket from '#app/terminals/actions/issue_ticket'
import { answerTicket } from '#app/terminals/answer_ticket'
import { terminalPage } from '#app/terminals/queries/terminal_page'

/**
 * A shell on a server, in the browser.
 */
export default class TerminalsController {
  async create({ view, scope, params, response }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    if (!server.isPinned) {
      return response.redirect().toRoute('server_connections.create', { id: server.id })
    }
    return view.render('pages/terminals/create', await terminalPage(server))
  }

  /** Leave to open a new terminal by the socket. */
  async store(ctx: HttpContext) {
    const server = await Server.within(ctx.scope)
      .where('id', ctx.params.id)
      .whereNull('offered_host_key')
      .firstOrFail()
    const request = { signInId: ctx.signIn.id, server, terminal: null }
    return answerTicket(ctx, new IssueTicket().handle(ctx.scope, request))
  }
}
