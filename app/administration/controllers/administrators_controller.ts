import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ChangeAdministrator from '#app/administration/actions/change_administrator'
import { administratorOrigin } from '#app/administration/administrator_origin'

/**
 * Who administers the panel.
 */
export default class AdministratorsController {
  @inject()
  async store(ctx: HttpContext, changeAdministrator: ChangeAdministrator) {
    const { id, fullName } = await changeAdministrator.make(administratorOrigin(ctx), ctx.params.id)
    const message = `${fullName} administers the panel now.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('users.show', { id })
  }

  @inject()
  async destroy(ctx: HttpContext, changeAdministrator: ChangeAdministrator) {
    const { id, fullName } = await changeAdministrator.unmake(
      administratorOrigin(ctx),
      ctx.params.id
    )
    const message = `${fullName} no longer administers the panel.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    const own = ctx.auth.use('web').getUserOrFail().id === id
    return own
      ? ctx.response.redirect().toPath('/')
      : ctx.response.redirect().toRoute('users.show', { id })
  }
}
