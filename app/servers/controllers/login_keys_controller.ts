import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { refuse } from '#app/core/exceptions/refusal'
import ProposeKey from '#app/servers/actions/propose_key'
import TakeKey from '#app/servers/actions/take_key'
import { loginChoiceOf } from '#app/servers/logins'
import Server from '#app/servers/models/server'
import { keyPage } from '#app/servers/queries/server_forms'
import { proposeKeyValidator } from '#app/servers/validators'

const find = ({ scope, params }: HttpContext) =>
  Server.within(scope).where('id', params.id).whereNull('offered_host_key').firstOrFail()

/**
 * The key pair that a server is logged in with, and the one to come.
 */
export default class LoginKeysController {
  async edit(ctx: HttpContext) {
    return ctx.view.render('pages/servers/key', keyPage(await find(ctx)))
  }

  /** Lays another key pair beside the present one. */
  @inject()
  async store(ctx: HttpContext, proposeKey: ProposeKey) {
    const server = await find(ctx)
    const fields = await ctx.request.validateUsing(proposeKeyValidator)
    await proposeKey.handle(ctx.scope, server, loginChoiceOf(fields))
    return ctx.response.redirect().toRoute('login_keys.edit', { id: server.id })
  }

  /** Takes the other key pair in place of the present one, once it lets Muster in. */
  @inject()
  async update(ctx: HttpContext, takeKey: TakeKey) {
    const server = await find(ctx)
    const result = await takeKey.handle(ctx.scope, server)
    if (result.kind === 'refused') refuse('key', result.message)
    ctx.session.flash('toasts', [
      { tone: 'success', message: `Muster logs in to ${server.name} with the new key.` },
    ])
    return ctx.response.redirect().toRoute('servers.show', { id: server.id })
  }

  /** Keeps the present one. */
  @inject()
  async destroy(ctx: HttpContext, proposeKey: ProposeKey) {
    const server = await find(ctx)
    await proposeKey.drop(ctx.scope, server)
    return ctx.response.redirect().toRoute('login_keys.edit', { id: server.id })
  }
}
