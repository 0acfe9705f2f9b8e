import type { HttpContext } from '@adonisjs/core/http'
import { sendExport } from '#app/activity/send_export'

/**
 * The panel's own activity as a file.
 */
export default class PanelActivityExportsController {
  show(ctx: HttpContext) {
    const { id, fullName } = ctx.auth.use('web').getUserOrFail()
    return sendExport(ctx, 'panel', {
      actor: { kind: 'user', id, name: fullName },
      teamId: null,
      address: ctx.request.ip(),
      requestId: ctx.request.id() ?? null,
    })
  }
}
