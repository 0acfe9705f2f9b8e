import type { HttpContext } from '@adonisjs/core/http'
import { flashFields, sealFields } from '#app/core/exceptions/remembered_fields'

/**
 * Shows a page's form again with what was typed and a message beside a field. Unlike `refuse` it
 * needs no Referer, which strangers' browsers may not send.
 */
export function sendBack(
  ctx: HttpContext,
  path: string,
  problem: { field: string; message: string }
) {
  flashFields(ctx.session, sealFields(ctx))
  ctx.session.flash('inputErrorsBag', { [problem.field]: [problem.message] })
  return ctx.response.redirect().toPath(path)
}
