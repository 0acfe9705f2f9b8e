import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RenewRecoveryCodes from '#app/account/actions/renew_recovery_codes'
import { showCodes, takeShownCodes } from '#app/account/shown_codes'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * The codes that get a person in without their app or passkey: shown once, when they are made.
 */
export default class RecoveryCodesController {
  show(ctx: HttpContext) {
    ctx.response.header('Cache-Control', 'no-store')
    return ctx.view.render('pages/account/recovery_codes', { codes: takeShownCodes(ctx) })
  }

  @inject()
  async store(ctx: HttpContext, renew: RenewRecoveryCodes) {
    const user = ctx.auth.use('web').getUserOrFail()
    return showCodes(ctx, await renew.handle(requestOrigin(ctx, user), user))
  }
}
