import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { administratorOrigin } from '#app/administration/administrator_origin'
import UpdateSettings from '#app/settings/actions/update_settings'
import { panelSettings } from '#app/settings/models/panel_settings'
import { retentionSettingsValidator } from '#app/settings/validators'

/**
 * How long logs and records stay.
 */
export default class RetentionSettingsController {
  async edit({ view }: HttpContext) {
    return view.render('pages/administration/retention', { settings: await panelSettings() })
  }

  @inject()
  async update(ctx: HttpContext, updateSettings: UpdateSettings) {
    const days = await ctx.request.validateUsing(retentionSettingsValidator)
    await updateSettings.handle(administratorOrigin(ctx), 'Retention', () => days)
    ctx.session.flash('toasts', [{ tone: 'success', message: 'The settings are saved.' }])
    return ctx.response.redirect().toRoute('retention_settings.edit')
  }
}
