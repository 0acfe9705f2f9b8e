import { isIP } from 'node:net'
import { panelSettings } from '#app/settings/models/panel_settings'

/** Where passkeys of this panel belong. */
export interface PasskeySite {
  /** The relying party's id: the host name alone (WebAuthn, 5.1.2). */
  id: string
  /** What browsers must say they were on, such as `https://panel.example.com`. */
  origin: string
}

/**
 * The site that passkeys are bound to, from the panel's own address and never from a request; or
 * null where browsers offer none: over plain http but for localhost, and where the panel has no
 * host name (WebAuthn, 5.1.3, steps 6 to 8).
 */
export async function passkeySite(): Promise<PasskeySite | null> {
  const settings = await panelSettings()
  const { protocol, hostname, origin } = new URL(settings.url)
  const named = isIP(hostname.replaceAll(/[[\]]/g, '')) === 0
  const secure = protocol === 'https:' || hostname === 'localhost'
  return named && secure ? { id: hostname, origin } : null
}
