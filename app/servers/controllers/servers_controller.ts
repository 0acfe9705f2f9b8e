import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { CALM, livePage } from '#app/runs/live_page'
import AddServer from '#app/servers/actions/add_server'
import RemoveServer from '#app/servers/actions/remove_server'
import Server from '#app/servers/models/server'
import { serverChoices } from '#app/servers/queries/server_forms'
import { serverList } from '#app/servers/queries/server_list'
import { serverPage } from '#app/servers/queries/server_page'
import { loginChoiceOf } from '#app/servers/logins'
import { serverFilterFrom } from '#app/servers/server_filter'
import { addServerValidator, removeServerValidator } from '#app/servers/validators'

/**
 * The team's servers.
 */
export default class ServersController {
  index(ctx: HttpContext) {
    const query = ctx.request.qs()
    return livePage(
      ctx,
      async (scope) => {
        const list = await serverList(scope, serverFilterFrom(query), query.page)
        return ctx.view.render('pages/servers/index', list)
      },
      CALM
    )
  }

  async create({ view, scope }: HttpContext) {
    return view.render('pages/servers/create', await serverChoices(scope))
  }

  @inject()
  async store(ctx: HttpContext, addServer: AddServer) {
    const { tags, ...input } = await ctx.request.validateUsing(addServerValidator)
    const choice = loginChoiceOf(input)
    const server = await addServer.handle(ctx.scope, { ...input, ...choice, tagIds: tags ?? [] })
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
