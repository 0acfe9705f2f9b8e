import { qrCodeOf } from '#app/account/qr_code'
import { totpUri } from '#app/auth/second_factor/totp'
import { panelSettings } from '#app/settings/models/panel_settings'
import type { Secret } from '#engine/shell/secret'
import type User from '#app/users/models/user'

/**
 * What a person needs to put a proposed secret into their authenticator app: a code to scan, and
 * the secret itself in groups of four to type.
 */
export async function proposalPage(user: User, secret: Secret) {
  const { url } = await panelSettings()
  return {
    qrCode: qrCodeOf(totpUri(secret, user, url)),
    secret: secret.reveal().replaceAll(/(.{4})(?=.)/g, '$1 '),
  }
}
