import { IANAZone } from 'luxon'
import type { HttpContext } from '@adonisjs/core/http'
import { exportFormats, type ExportFormat } from '#app/activity/export'
import { readFilter } from '#app/activity/filter'
import type { Cursor } from '#app/activity/queries/newest_rows'

/**
 * What someone asks of a page of activity, from the query of its address, and the zone that their
 * days are in: the one they chose, or else UTC, because a request does not say the browser's.
 */
export function askedOf({ request, auth }: HttpContext) {
  const query = request.qs()
  const chosen = auth.use('web').user?.timeZone ?? ''
  return {
    filter: readFilter(query),
    cursor: cursorOf(query),
    format: formatOf(query.format),
    zone: IANAZone.isValidZone(chosen) ? chosen : 'UTC',
  }
}

function cursorOf({ before, after }: Record<string, unknown>): Cursor {
  const isSequence = (value: unknown) => typeof value === 'string' && /^\d{1,15}$/.test(value)
  if (isSequence(before)) return { before: Number(before) }
  return isSequence(after) ? { after: Number(after) } : null
}

function formatOf(value: unknown): ExportFormat {
  return typeof value === 'string' && Object.hasOwn(exportFormats, value)
    ? (value as ExportFormat)
    : 'csv'
}
