import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { refuse } from '#app/core/exceptions/refusal'
import RepinServer from '#app/servers/actions/repin_server'
import Server from '#app/servers/models/server'
import { hostKeyPage } from '#app/servers/queries/host_key_page'
import { ServerRemotes } from '#app/servers/server_remotes'
import { repinServerValidator } from '#app/servers/validators'

const find = ({ scope, params }: HttpContext) =>
  Server.within(scope).where('id', params.id).whereNull('offered_host_key').firstOrFail()

/**
 * The host keys that a server is pinned to, beside the one it offers now.
 */
export default class ServerHostKeysController {
  @inject()
  async edit(ctx: HttpContext, remotes: ServerRemotes) {
    return ctx.view.render('pages/servers/host_key', await hostKeyPage(await find(ctx), remotes))
  }

  @inject()
  async update(ctx: HttpContext, repinServer: RepinServer) {
    const server = await find(ctx)
    const { fingerprint } = await ctx.request.validateUsing(repinServerValidator)
    const result = await repinServer.handle(ctx.scope.origin, server, fingerprint)
    if (result.kind === 'silent') refuse('fingerprint', result.message)
    if (result.kind === 'other_fingerprint') {
      refuse('fingerprint', 'The server offers yet another key now. Compare again.')
    }
    ctx.session.flash('toasts', [
      result.kind === 'reachable'
        ? { tone: 'success', message: `${server.name} is pinned to the new key and answers.` }
        : { tone: 'warning', message: `The new key is pinned. ${result.message}` },
    ])
    return ctx.response.redirect().toRoute('servers.show', { id: server.id })
  }
}
