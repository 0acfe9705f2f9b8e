import type { HttpContext } from '@adonisjs/core/http'
import { serverView } from '#app/api/representations'
import Server from '#app/servers/models/server'

/**
 * Servers, for programs.
 */
export default class ServersController {
  async index({ scope }: HttpContext) {
    const servers = await Server.within(scope).orderBy('name').orderBy('id')
    return { servers: servers.map(serverView) }
  }

  async show({ scope, params }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    return { server: serverView(server) }
  }
}
