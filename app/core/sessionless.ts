import type { HttpContext } from '@adonisjs/core/http'

/**
 * Whether a request is answered without a session, which would be written for each: those of
 * programs with a token, of supervisors that ask for health, and of whoever looks for pages that
 * are not there without having been here before.
 */
export function isSessionless({ route, request }: HttpContext): boolean {
  const name = route?.name ?? ''
  if (/^(api|health)\./.test(name)) return true
  return name === 'not_found' && request.request.headers.cookie === undefined
}
