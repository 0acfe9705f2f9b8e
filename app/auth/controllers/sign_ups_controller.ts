import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import InviteSignUp from '#app/auth/actions/invite_sign_up'
import SignUp from '#app/auth/actions/sign_up'
import { afterResponse } from '#app/auth/after_response'
import { Attempts, networkOf, TOO_MANY_ATTEMPTS } from '#app/auth/attempts'
import { requestOrigin } from '#app/auth/request_origin'
import { sendBack } from '#app/auth/send_back'
import { openSettings } from '#app/auth/sign_up_open'
import { addressValidator, signUpValidator } from '#app/auth/validators'

/**
 * Making an account by oneself, where an administrator allows it. With a mail server the address is
 * proven first; without one the account is there at once. Either way the answer does not tell
 * whether the address had an account.
 */
export default class SignUpsController {
  async create({ view, session }: HttpContext) {
    const { sendsMail } = await openSettings()
    const email = session.flashMessages.get('askedFor', null)
    if (email) return view.render('pages/auth/sign_up_asked', { email })
    return view.render(sendsMail ? 'pages/auth/sign_up_by_mail' : 'pages/auth/sign_up')
  }

  @inject()
  async store(ctx: HttpContext, inviteSignUp: InviteSignUp, signUp: SignUp) {
    const { sendsMail } = await openSettings()
    const limit = { requests: 10, duration: '15 mins' }
    if (
      !(await new Attempts('sign_up_network', [{ of: networkOf(ctx.request.ip()), limit }]).begin())
    ) {
      return sendBack(ctx, '/sign-up', { field: 'email', message: TOO_MANY_ATTEMPTS })
    }
    if (sendsMail) {
      const { email } = await ctx.request.validateUsing(addressValidator)
      afterResponse(ctx, 'the mail for a new account', () => inviteSignUp.handle({ email }))
      ctx.session.flash('askedFor', email)
      return ctx.response.redirect().toPath('/sign-up')
    }
    const input = await ctx.request.validateUsing(signUpValidator)
    await signUp.handle({ ...input, origin: requestOrigin(ctx, null) })
    const message = 'If this address had no account, it has one now. Log in.'
    ctx.session.flash('toasts', [{ tone: 'neutral', message }])
    return ctx.response.redirect().toRoute('session.create')
  }
}
