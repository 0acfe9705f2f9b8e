import type { HttpContext } from '@adonisjs/core/http'

/**
 * Answers a link that leads nowhere: the same, whether it was used, revoked, replaced, has expired
 * or never was.
 */
export function renderGone({ response, view }: HttpContext): Promise<string> {
  response.status(404)
  return view.render('pages/members/gone')
}
