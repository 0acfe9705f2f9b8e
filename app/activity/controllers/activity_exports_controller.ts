import type { HttpContext } from '@adonisjs/core/http'
import { sendExport } from '#app/activity/send_export'

/**
 * The team's activity as a file.
 */
export default class ActivityExportsController {
  show(ctx: HttpContext) {
    return sendExport(ctx, ctx.scope, ctx.scope.origin)
  }
}
