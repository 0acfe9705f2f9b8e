import { Readable } from 'node:stream'
import type { HttpContext } from '@adonisjs/core/http'
import { askedOf } from '#app/activity/asked'
import { exportActivity, exportFormats } from '#app/activity/export'
import { queryOf } from '#app/activity/filter'
import type { Origin } from '#app/activity/origin'
import type { Reach } from '#app/activity/reach'
import { recordActivity } from '#app/activity/record_activity'

/**
 * Answers with the filtered activity as a file, of any length. That someone took it is on record
 * before the first line leaves.
 */
export async function sendExport(ctx: HttpContext, reach: Reach, origin: Origin): Promise<void> {
  const { filter, format, zone } = askedOf(ctx)
  const details = { format, ...queryOf(filter) }
  await recordActivity(origin, { action: 'activity.exported', details })
  const { type, ending } = exportFormats[format]
  const day = new Date().toISOString().slice(0, 10)
  ctx.response.header('Content-Type', type)
  ctx.response.header('Content-Disposition', `attachment; filename="activity-${day}.${ending}"`)
  ctx.response.stream(Readable.from(exportActivity(format, { reach, filter, zone })))
}
