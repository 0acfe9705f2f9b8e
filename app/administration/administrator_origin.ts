import type { HttpContext } from '@adonisjs/core/http'
import type { Origin } from '#app/activity/origin'
import { requestOrigin } from '#app/auth/request_origin'

/**
 * Where an act of the administrator who is signed in comes from. It concerns the panel and no
 * team.
 */
export function administratorOrigin(ctx: HttpContext): Origin {
  return requestOrigin(ctx, ctx.auth.use('web').getUserOrFail())
}
