import db from '@adonisjs/lucid/services/db'
import { removeExpiredResets } from '#app/auth/password_reset'

/** For how long it is known where people were signed in, in days. Sessions end long before. */
const SIGN_INS_KEPT_DAYS = 400

/**
 * Deletes sessions, sign-ins and links for new passwords that ended by age.
 */
export async function removeExpiredSessions(): Promise<void> {
  await db.from('sessions').where('expires_at', '<', new Date()).delete()
  const oldest = Date.now() - SIGN_INS_KEPT_DAYS * 24 * 60 * 60 * 1000
  await db.from('sign_ins').where('seen_at', '<', oldest).delete()
  await removeExpiredResets()
}
