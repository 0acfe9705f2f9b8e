import type { HttpContext } from '@adonisjs/core/http'
import encryption from '@adonisjs/core/services/encryption'

/** Fields whose content is never put into a session to fill a form again. */
const FORGOTTEN = new Set([
  ...['_csrf', '_method', 'token', 'accessToken', 'value', 'dotenv', 'code', 'codes', 'response'],
])

const SECRET = /password|passphrase|secret|privatekey/i

/** A private key, in whatever field it was pasted. */
const PRIVATE_KEY = /PRIVATE KEY-----|PuTTY-User-Key-File/

/**
 * Bytes up to which a session takes the sealed fields of a form, which are a third larger than the
 * form. Its column has 64 KiB on MySQL, and messages come beside them.
 */
const MOST_KEPT = 48_000

/** What the sealed fields are called among a session's flash messages, and sealed for. */
export const REMEMBERED = 'remembered_fields'

type Session = HttpContext['session']

/**
 * What the person sent by a form, sealed for their session, because people paste secrets into
 * commands and scripts: without what a session should not keep at all. Null for a form that is
 * larger than what the session has room for.
 */
export function sealFields({ request, session }: HttpContext): string | null {
  const kept = Object.fromEntries(
    Object.entries(request.original()).filter(
      ([name, value]) => isRemembered(name) && !isPrivate(value)
    )
  )
  const sealed = encryption.encrypt(kept, { purpose: REMEMBERED })
  const taken = Buffer.byteLength(JSON.stringify(session.all()))
  return taken + sealed.length <= MOST_KEPT ? sealed : null
}

/**
 * Gives sealed fields to the next page, to fill its form with.
 */
export function flashFields(session: Session, sealed: string | null): void {
  if (sealed !== null) session.flash(REMEMBERED, sealed)
}

/**
 * The fields that were sealed; null for what no key opens any more.
 */
export function openFields(sealed: unknown): Record<string, unknown> | null {
  return typeof sealed === 'string' ? encryption.decrypt(sealed, REMEMBERED) : null
}

/**
 * Opens what `flashFields` of the request before gave, for `old()` on this one's pages.
 */
export function openFlashedFields({ session, view }: HttpContext): void {
  const { [REMEMBERED]: sealed, ...messages } = session.flashMessages.all()
  if (sealed === undefined) return
  session.flashMessages.update({ ...openFields(sealed), ...messages })
  view.share({ flashMessages: session.flashMessages })
}

function isRemembered(name: string): boolean {
  return !FORGOTTEN.has(name) && !SECRET.test(name)
}

function isPrivate(value: unknown): boolean {
  if (typeof value === 'string') return PRIVATE_KEY.test(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(isPrivate)
}
