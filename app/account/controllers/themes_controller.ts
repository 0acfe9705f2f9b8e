import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import UpdateUser from '#app/account/actions/update_user'
import { rememberTheme } from '#app/account/theme_cookie'
import { updateThemeValidator } from '#app/account/validators'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * The theme alone, as the menu chooses it on every page.
 */
export default class ThemesController {
  @inject()
  async update(ctx: HttpContext, updateUser: UpdateUser) {
    const user = ctx.auth.use('web').getUserOrFail()
    const { theme } = await ctx.request.validateUsing(updateThemeValidator)
    await updateUser.handle(requestOrigin(ctx, user), user, { theme })
    rememberTheme(ctx, theme)
    return ctx.request.accepts(['html', 'json']) === 'json'
      ? ctx.response.noContent()
      : ctx.response.redirect().back()
  }
}
