import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import SignUp from '#app/auth/actions/sign_up'
import { requestOrigin } from '#app/auth/request_origin'
import { beginSession } from '#app/auth/signed_in_session'
import { addressOfSignUp } from '#app/auth/sign_up_link'
import { openSettings } from '#app/auth/sign_up_open'
import { completeSignUpValidator } from '#app/auth/validators'

/**
 * Making an account by the link that was sent to its address.
 */
export default class SignUpCompletionsController {
  async create(ctx: HttpContext) {
    await openSettings()
    const token = ctx.request.input('token')
    const email = addressOfSignUp(token)
    if (email) return ctx.view.render('pages/auth/complete_sign_up', { token, email })
    ctx.response.status(404)
    const why = 'It is older than an hour, or not whole.'
    return ctx.view.render('pages/auth/link_over', { why, again: '/sign-up' })
  }

  @inject()
  async store(ctx: HttpContext, signUp: SignUp) {
    await openSettings()
    const email = addressOfSignUp(ctx.request.input('token'))
    if (!email) return ctx.response.redirect().toRoute('sign_up_completions.create')
    const input = await ctx.request.validateUsing(completeSignUpValidator)
    const user = await signUp.handle({ ...input, email, origin: requestOrigin(ctx, null) })
    if (!user) {
      const message = 'This address has an account by now. Log in.'
      ctx.session.flash('toasts', [{ tone: 'neutral', message }])
      return ctx.response.redirect().toRoute('session.create')
    }
    await beginSession(ctx, user, { method: 'sign-up' })
    ctx.session.flash('toasts', [
      { tone: 'success', message: 'Your account and your team are made.' },
    ])
    return ctx.response.redirect().toRoute('dashboard.show')
  }
}
