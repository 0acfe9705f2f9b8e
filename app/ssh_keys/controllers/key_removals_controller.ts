import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemoveInstallations from '#app/ssh_keys/actions/remove_installations'
import { removalsValidator } from '#app/ssh_keys/validators'

/**
 * Removing keys from servers.
 */
export default class KeyRemovalsController {
  @inject()
  async store(ctx: HttpContext, removeInstallations: RemoveInstallations) {
    const { installations } = await ctx.request.validateUsing(removalsValidator)
    const begun = await removeInstallations.handle(ctx.scope, installations)
    const servers = new Set(begun.map(({ serverId }) => serverId)).size
    const message = `Removing from ${servers === 1 ? 'one server' : `${servers} servers`}.`
    ctx.session.flash('toasts', [{ tone: 'running', message }])
    return ctx.response.redirect().back()
  }
}
