import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { administratorOrigin } from '#app/administration/administrator_origin'
import SetEgressAllowList from '#app/settings/actions/set_egress_allow_list'
import { panelSettings } from '#app/settings/models/panel_settings'
import { networkSettingsValidator } from '#app/settings/validators'

/**
 * Where the panel's own requests may go.
 */
export default class NetworkSettingsController {
  async edit({ view }: HttpContext) {
    return view.render('pages/administration/network', { settings: await panelSettings() })
  }

  @inject()
  async update(ctx: HttpContext, setEgressAllowList: SetEgressAllowList) {
    const { egressAllowed } = await ctx.request.validateUsing(networkSettingsValidator)
    await setEgressAllowList.handle(administratorOrigin(ctx), egressAllowed ?? null)
    ctx.session.flash('toasts', [{ tone: 'success', message: 'The settings are saved.' }])
    return ctx.response.redirect().toRoute('network_settings.edit')
  }
}
