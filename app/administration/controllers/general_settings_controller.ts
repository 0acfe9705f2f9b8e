import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { administratorOrigin } from '#app/administration/administrator_origin'
import UpdateSettings from '#app/settings/actions/update_settings'
import { generalSettings } from '#app/settings/queries/general_settings'
import { generalSettingsValidator } from '#app/settings/validators'

/**
 * Where the panel is, and who may make an account.
 */
export default class GeneralSettingsController {
  async edit({ view }: HttpContext) {
    return view.render('pages/administration/general', await generalSettings())
  }

  @inject()
  async update(ctx: HttpContext, updateSettings: UpdateSettings) {
    const input = await ctx.request.validateUsing(generalSettingsValidator)
    const values = { baseUrl: input.baseUrl ?? null, signUp: input.signUp === 'on' }
    await updateSettings.handle(administratorOrigin(ctx), 'General', () => values)
    ctx.session.flash('toasts', [{ tone: 'success', message: 'The settings are saved.' }])
    return ctx.response.redirect().toRoute('general_settings.edit')
  }
}
