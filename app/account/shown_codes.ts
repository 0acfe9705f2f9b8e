import type { HttpContext } from '@adonisjs/core/http'
import { showOnce, takeShownOnce } from '#app/core/shown_once'

const NAME = 'recovery_codes'

/**
 * Leads to the page that shows recovery codes, this once.
 */
export function showCodes(ctx: HttpContext, codes: readonly string[]) {
  showOnce(ctx, NAME, codes.join('\n'))
  return ctx.response.redirect().toRoute('recovery_codes.show')
}

/**
 * The codes that the request before issued; null for every later request.
 */
export function takeShownCodes(ctx: HttpContext): string[] | null {
  return takeShownOnce(ctx, NAME)?.split('\n') ?? null
}
