import type { HttpContext } from '@adonisjs/core/http'
import { SESSION_COOKIE } from '#config/session'

/**
 * Whether a request is answered without a session, which would be written for each: those of
 * programs with a token, of supervisors that ask for health, and of whoever looks for pages that
 * are not there without having been here before; and those that carry a signature instead.
 */
export function isSessionless({ route, request }: HttpContext): boolean {
  const name = route?.name ?? ''
  if (/^(api|health|hooks)\./.test(name)) return true
  return name === 'not_found' && request.request.headers.cookie === undefined
}

/**
 * Whether a form comes from a browser that brings no session, and so with no token that fits one:
 * `SameSite=Lax` cookies do not go with forms of other sites. It is refused, and its answer begins no
 * session: that would take the place of the one the browser has, and log its person out.
 */
export function isFormWithoutSession({ request }: HttpContext): boolean {
  const reads = ['GET', 'HEAD'].includes(request.intended())
  return !reads && request.cookie(SESSION_COOKIE) === undefined
}

/**
 * Whether a page asks for it by itself, such as for events or for what fits a search: nobody opens it,
 * so what the session has to say to the next page is not said there.
 */
export function isAskedByPage({ request }: HttpContext): boolean {
  const reads = ['GET', 'HEAD'].includes(request.method())
  return reads && request.accepts(['html', 'json', 'text/event-stream']) !== 'html'
}

/**
 * Whether a signature vouches for the very bytes of a request's body.
 */
export function isOfSignedBytes({ route }: HttpContext): boolean {
  return route?.name?.startsWith('hooks.') ?? false
}
