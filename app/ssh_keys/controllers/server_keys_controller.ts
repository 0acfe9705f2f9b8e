import type { HttpContext } from '@adonisjs/core/http'
import Server from '#app/servers/models/server'
import { serverKeysPage } from '#app/ssh_keys/queries/server_keys_page'

/**
 * The keys that a server lets in.
 */
export default class ServerKeysController {
  async show({ view, scope, params }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    return view.render('pages/ssh_keys/server', await serverKeysPage(scope, server))
  }
}
