import string from '@adonisjs/core/helpers/string'
import { SESSION_AGE } from '#config/session'

/**
 * Since when, in milliseconds, an open sign-in must have been seen to still have a session: those
 * end by age.
 */
export function openSince(): number {
  return Date.now() - string.milliseconds.parse(SESSION_AGE)
}
