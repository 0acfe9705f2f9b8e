import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import UpdateServer from '#app/servers/actions/update_server'
import Server from '#app/servers/models/server'
import { editPage } from '#app/servers/queries/server_forms'
import { updateServerValidator } from '#app/servers/validators'

/**
 * What a server is called, its group and its tags.
 */
export default class ServerNamesController {
  async edit({ view, scope, params }: HttpContext) {
    const server = await Server.within(scope).where('id', params.id).firstOrFail()
    return view.render('pages/servers/edit', await editPage(scope, server))
  }

  @inject()
  async update(ctx: HttpContext, updateServer: UpdateServer) {
    const server = await Server.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { name, groupId, tags } = await ctx.request.validateUsing(updateServerValidator)
    const input = { name, groupId: groupId ?? null, tagIds: tags ?? [] }
    await updateServer.handle(ctx.scope, server, input)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${server.name} is changed.` }])
    return ctx.response.redirect().toRoute('servers.show', { id: server.id })
  }
}
