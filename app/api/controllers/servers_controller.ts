import type { HttpContext } from '@adonisjs/core/http'
import { serverView } from '#app/api/representations'
import Server from '#app/servers/models/server'
import { filteredServers, inOrder, serverFilterFrom } from '#app/servers/server_filter'

/**
 * Servers, for programs.
 */
export default class ServersController {
  /** By the same query as the list of the pages: search, status, group, tags, match, sort. */
  async index({ scope, request }: HttpContext) {
    const filter = serverFilterFrom(request.qs())
    const servers = await inOrder(filteredServers(scope, filter), filter.sort)
      .preload('group')
      .preload('tags')
    return { servers: servers.map(serverView) }
  }

  async show({ scope, params }: HttpContext) {
    const server = await Server.within(scope)
      .where('id', params.id)
      .preload('group')
      .preload('tags')
      .firstOrFail()
    return { server: serverView(server) }
  }
}
