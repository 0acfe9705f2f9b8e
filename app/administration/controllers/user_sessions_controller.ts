import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import EndPersonSessions from '#app/administration/actions/end_person_sessions'
import { administratorOrigin } from '#app/administration/administrator_origin'

/**
 * The sessions of a person of the panel.
 */
export default class UserSessionsController {
  @inject()
  async destroy(ctx: HttpContext, endPersonSessions: EndPersonSessions) {
    const { id, fullName } = await endPersonSessions.handle(administratorOrigin(ctx), ctx.params.id)
    ctx.session.flash('toasts', [
      { tone: 'success', message: `${fullName} is signed out everywhere.` },
    ])
    return ctx.response.redirect().toRoute('users.show', { id })
  }
}
