import { errors as httpErrors } from '@adonisjs/core/http'
import { panelSettings, type default as PanelSettings } from '#app/settings/models/panel_settings'

/**
 * The panel's settings, while they let people sign up by themselves.
 *
 * @throws as if there were no such page, while they do not
 */
export async function openSettings(): Promise<PanelSettings> {
  const settings = await panelSettings()
  if (settings.signUp) return settings
  throw new httpErrors.E_ROUTE_NOT_FOUND(['GET', '/sign-up'])
}
