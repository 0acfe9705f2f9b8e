import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import AskForChecks from '#app/servers/actions/ask_for_checks'
import { counted } from '#app/servers/counted'
import { selectedServers } from '#app/servers/selected_servers'
import { selectionValidator } from '#app/servers/validators'

/**
 * Looking at many servers soon.
 */
export default class ServerCheckRequestsController {
  @inject()
  async store({ scope, request, response, session }: HttpContext, askForChecks: AskForChecks) {
    const input = await request.validateUsing(selectionValidator)
    const count = await askForChecks.handle(selectedServers(scope, input, request.all()))
    const message =
      count === 0
        ? 'There is none to check: these wait for someone to confirm their host key.'
        : `${counted(count)} ${count === 1 ? 'is' : 'are'} being checked. Load the list again in a moment.`
    session.flash('toasts', [{ tone: count === 0 ? 'warning' : 'success', message }])
    return response.redirect().back()
  }
}
