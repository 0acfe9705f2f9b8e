import type { HttpContext } from '@adonisjs/core/http'
import { withoutSecrets } from '#app/core/exceptions/remembered_fields'

/**
 * Shows a page's form again with what was typed and a message beside a field. Unlike `refuse` it
 * needs no Referer, which strangers' browsers may not send.
 */
export function sendBack(
  { request, response, session }: HttpContext,
  path: string,
  problem: { field: string; message: string }
) {
  session.flash('input', withoutSecrets(request.original()))
  session.flash('inputErrorsBag', { [problem.field]: [problem.message] })
  return response.redirect().toPath(path)
}
