import type { HttpContext } from '@adonisjs/core/http'
import { livePage } from '#app/runs/live_page'
import Server from '#app/servers/models/server'
import { serverKeysPage } from '#app/ssh_keys/queries/server_keys_page'

/**
 * The keys that a server lets in.
 */
export default class ServerKeysController {
  show(ctx: HttpContext) {
    return livePage(ctx, async (scope) => {
      const server = await Server.within(scope).where('id', ctx.params.id).firstOrFail()
      return ctx.view.render('pages/ssh_keys/server', await serverKeysPage(scope, server))
    })
  }
}
