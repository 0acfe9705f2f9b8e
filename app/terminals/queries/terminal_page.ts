import type Server from '#app/servers/models/server'
import { panelSettings } from '#app/settings/models/panel_settings'

/**
 * What the page of a terminal needs.
 */
export async function terminalPage(server: Server) {
  const settings = await panelSettings()
  return { server, origin: new URL(settings.url).origin }
}
