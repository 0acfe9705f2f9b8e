import encryption from '@adonisjs/core/services/encryption'
import { Secret } from '#engine/shell/secret'

/** How long a link is good for, in minutes. */
export const SIGN_UP_LASTS_MINUTES = 60

const PURPOSE = 'sign-up'

/**
 * The link that proves that an address is the person's own. It carries the address, encrypted, and
 * nothing is stored: it is used up by the account that it makes.
 *
 * @param panelUrl the panel's own address, and never one from a request
 */
export function signUpLink(email: string, panelUrl: string): Secret {
  const lasts = `${SIGN_UP_LASTS_MINUTES} mins`
  const token = encryption.encrypt({ email }, { expiresIn: lasts, purpose: PURPOSE })
  return new Secret(`${panelUrl}/sign-up/complete?token=${encodeURIComponent(token)}`)
}

/**
 * The address that a link was sent to, or null when the panel made no such link within the hour.
 */
export function addressOfSignUp(token: unknown): string | null {
  if (typeof token !== 'string') return null
  return encryption.decrypt<{ email: string }>(token, PURPOSE)?.email ?? null
}
