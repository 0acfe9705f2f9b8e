import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemoveSecondFactor from '#app/administration/actions/remove_second_factor'
import { administratorOrigin } from '#app/administration/administrator_origin'

/**
 * The second factor of a person who has lost it.
 */
export default class UserSecondFactorsController {
  @inject()
  async destroy(ctx: HttpContext, removeSecondFactor: RemoveSecondFactor) {
    const { id, fullName } = await removeSecondFactor.handle(
      administratorOrigin(ctx),
      ctx.params.id
    )
    const message = `${fullName} logs in with the password alone now.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('users.show', { id })
  }
}
