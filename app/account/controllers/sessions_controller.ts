import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RevokeSessions from '#app/account/actions/revoke_sessions'
import { deviceOf } from '#app/account/device'
import { sessionsPage } from '#app/account/queries/sessions_page'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * The browsers in which a person is logged in.
 */
export default class SessionsController {
  async index({ view, auth, signIn }: HttpContext) {
    const page = await sessionsPage(auth.use('web').getUserOrFail(), signIn)
    return view.render('pages/account/sessions', page)
  }

  @inject()
  async destroy(ctx: HttpContext, revokeSessions: RevokeSessions) {
    const user = ctx.auth.use('web').getUserOrFail()
    const ended = await revokeSessions.one(requestOrigin(ctx, user), user, ctx.params.id)
    const message = `${deviceOf(ended.userAgent).name} is logged out.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    return ctx.response.redirect().toRoute('account_sessions.index')
  }
}
