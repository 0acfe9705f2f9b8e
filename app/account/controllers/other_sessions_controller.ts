import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RevokeSessions from '#app/account/actions/revoke_sessions'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * All browsers in which a person is logged in but the one that asks.
 */
export default class OtherSessionsController {
  @inject()
  async handle(ctx: HttpContext, revokeSessions: RevokeSessions) {
    const user = ctx.auth.use('web').getUserOrFail()
    await revokeSessions.others(requestOrigin(ctx, user), user, ctx.signIn)
    const message = 'Every other browser is logged out.'
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('account_sessions.index')
  }
}
