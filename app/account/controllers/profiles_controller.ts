import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import UpdateUser from '#app/account/actions/update_user'
import { rememberTheme } from '#app/account/theme_cookie'
import { timeZones } from '#app/account/time_zones'
import { updateProfileValidator } from '#app/account/validators'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * What a person says about themselves.
 */
export default class ProfilesController {
  edit({ view, auth }: HttpContext) {
    return view.render('pages/account/profile', {
      user: auth.use('web').getUserOrFail(),
      timeZones,
    })
  }

  @inject()
  async update(ctx: HttpContext, updateUser: UpdateUser) {
    const user = ctx.auth.use('web').getUserOrFail()
    const input = await ctx.request.validateUsing(updateProfileValidator)
    const timeZone = input.timeZone ?? null
    await updateUser.handle(requestOrigin(ctx, user), user, { ...input, timeZone })
    rememberTheme(ctx, input.theme)
    ctx.session.flash('toasts', [{ tone: 'success', message: 'Your profile is saved.' }])
    return ctx.response.redirect().toRoute('account.edit')
  }
}
