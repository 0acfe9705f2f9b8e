import type { HttpContext } from '@adonisjs/core/http'
import encryption from '@adonisjs/core/services/encryption'

/** How long a page may wait to be opened, and the secret with it. */
const WAITS_FOR = '10 minutes'

/**
 * Hands a secret to the next page that the person opens, and to that one only. On its way through
 * the session it is encrypted, so that a copy of the sessions shows nothing.
 *
 * @param name what it is, such as `api_token`; the next page asks for it by the same name
 */
export function showOnce(ctx: HttpContext, name: string, text: string): void {
  ctx.session.flash(
    keyOf(name),
    encryption.encrypt(text, { purpose: keyOf(name), expiresIn: WAITS_FOR })
  )
}

/**
 * The secret handed over by the request before, or null.
 */
export function takeShownOnce(ctx: HttpContext, name: string): string | null {
  const sealed = ctx.session.flashMessages.get(keyOf(name))
  return typeof sealed === 'string' ? encryption.decrypt<string>(sealed, keyOf(name)) : null
}

const keyOf = (name: string) => `shown_once_${name}`
