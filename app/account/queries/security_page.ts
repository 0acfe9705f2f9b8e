import Passkey from '#app/auth/models/passkey'
import { passkeySite } from '#app/auth/second_factor/passkey_site'
import { recoveryCodesLeft } from '#app/auth/second_factor/recovery_codes'
import type User from '#app/users/models/user'

/** From how many recovery codes on it is time for new ones. */
const FEW = 2

/**
 * How a person gets in, and what protects that, for the page that shows it.
 */
export async function securityPage(user: User) {
  const [passkeys, codesLeft, site] = await Promise.all([
    Passkey.query().where('user_id', user.id).orderBy('created_at').orderBy('id'),
    recoveryCodesLeft(user),
    passkeySite(),
  ])
  const isProtected = user.totpConfirmedAt !== null || passkeys.length > 0
  return {
    authenticatorSince: user.totpConfirmedAt,
    passkeys,
    site,
    isProtected,
    codesLeft,
    codesAreFew: isProtected && codesLeft <= FEW,
  }
}
