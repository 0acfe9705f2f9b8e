import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import GivePasswordReset from '#app/administration/actions/give_password_reset'
import { administratorOrigin } from '#app/administration/administrator_origin'
import { showOnce } from '#app/core/shown_once'

/**
 * Links by which people set a new password.
 */
export default class UserPasswordResetsController {
  @inject()
  async store(ctx: HttpContext, givePasswordReset: GivePasswordReset) {
    const given = await givePasswordReset.handle(administratorOrigin(ctx), ctx.params.id)
    const { person, link, mailed } = given
    showOnce(ctx, 'password_reset', link.reveal())
    ctx.session.flash('resetOutcome', { to: person.email, mailed })
    return ctx.response.redirect().toRoute('users.show', { id: person.id })
  }
}
