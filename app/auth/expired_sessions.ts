import db from '@adonisjs/lucid/services/db'

/**
 * Deletes sessions that ended by age.
 */
export async function removeExpiredSessions(): Promise<void> {
  await db.from('sessions').where('expires_at', '<', new Date()).delete()
}
