import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import AddServer from '#app/servers/actions/add_server'
import RemoveServer from '#app/servers/actions/remove_server'
import Server from '#app/servers/models/server'
import { serverPage } from '#app/servers/queries/server_page'
import { addServerValidator, removeServerValidator } from '#app/servers/validators'

/**
 * The team's servers.
 */
export default class ServersController {
  async index({ view, scope }: HttpContext) {
    const servers = await Server.within(scope).orderBy('name')
    return view.render('pages/servers/index', { servers })
  }

  create({ view }: HttpContext) {
    return view.render('pages/servers/create')
  }

  @inject()
  async store(ctx: HttpContext, addServer: AddServer) {
    const input = await ctx.request.validateUsing(addServerValidator)
    const server = await addServer.handle(ctx.scope, input)
    return ctx.response.redirect().toRoute('server_connections.create', { id: server.id })
  }

  async show({ view, scope, params, response }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    if (!server.isPinned) {
      return response.redirect().toRoute('server_connections.create', { id: server.id })
    }
    return view.render('pages/servers/show', await serverPage(scope, server))
  }

  @inject()
  async destroy(ctx: HttpContext, removeServer: RemoveServer) {
    const server = await Server.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { confirm } = await ctx.request.validateUsing(removeServerValidator)
    await removeServer.handle(ctx.scope, server, { confirmedName: confirm })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${server.name} is removed.` }])
    return ctx.response.redirect().toRoute('servers.index')
  }
}
