import { appUrl, cookiesAreSecure } from '#config/app'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * What the page of the general settings shows.
 */
export async function generalSettings() {
  const settings = await panelSettings()
  return {
    settings,
    appUrl,
    cookiesAreSecure,
    /** Whether people come by another scheme than the one that the cookies are made for. */
    schemesDiffer: new URL(settings.url).protocol !== new URL(appUrl).protocol,
  }
}
