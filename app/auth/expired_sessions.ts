import db from '@adonisjs/lucid/services/db'
import { removeExpiredResets } from '#app/auth/password_reset'

/**
 * Deletes sessions and links for new passwords that ended by age.
 */
export async function removeExpiredSessions(): Promise<void> {
  await db.from('sessions').where('expires_at', '<', new Date()).delete()
  await removeExpiredResets()
}
