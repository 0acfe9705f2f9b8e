import { DateTime } from 'luxon'
import type { Tone } from '#app/runs/states'

/** How many days before the end of a key it is warned of, first to last. */
export const warningStages = [14, 3, 0] as const

/** The end of a day as people give it, `2030-01-31`, in UTC; null without one. */
export function endOfDay(day: string | null | undefined): DateTime | null {
  return day ? DateTime.fromISO(day, { zone: 'utc' }).endOf('day') : null
}

/** Whether it is a day that is there, today or later, in the form of a date field. */
export function isComingDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^2\d{3}-\d{2}-\d{2}$/.test(value)) return false
  const end = endOfDay(value)!
  return end.isValid && end > DateTime.utc()
}

export function isExpired({ expiresAt }: { expiresAt: DateTime | null }): boolean {
  return expiresAt !== null && expiresAt <= DateTime.utc()
}

/** Which warning is due: 0 none, 1 for the first of `warningStages`, and so on. */
export function dueStage(expiresAt: DateTime | null, now = DateTime.utc()): number {
  if (expiresAt === null) return 0
  return warningStages.filter((days) => now >= expiresAt.minus({ days })).length
}

/** How a key's end is shown once it is near; null before. */
export function expiryLook(key: {
  expiresAt: DateTime | null
}): { tone: Tone; label: string } | null {
  const stage = dueStage(key.expiresAt)
  if (stage === 0) return null
  return stage === warningStages.length
    ? { tone: 'danger', label: 'Expired' }
    : { tone: 'warning', label: 'Expires soon' }
}
