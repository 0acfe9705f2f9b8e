import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import DeactivatePerson from '#app/administration/actions/deactivate_person'
import ReactivatePerson from '#app/administration/actions/reactivate_person'
import { administratorOrigin } from '#app/administration/administrator_origin'

/**
 * Shutting a person out of the panel, and letting them in again.
 */
export default class UserDeactivationsController {
  @inject()
  async store(ctx: HttpContext, deactivatePerson: DeactivatePerson) {
    const { id, fullName } = await deactivatePerson.handle(administratorOrigin(ctx), ctx.params.id)
    const message = `${fullName} is deactivated and signed out everywhere.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('users.show', { id })
  }

  @inject()
  async destroy(ctx: HttpContext, reactivatePerson: ReactivatePerson) {
    const { id, fullName } = await reactivatePerson.handle(administratorOrigin(ctx), ctx.params.id)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${fullName} can log in again.` }])
    return ctx.response.redirect().toRoute('users.show', { id })
  }
}
