import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import Notification from '#app/notifications/models/notification'

/** How long it can be seen who was told of something. */
const KEPT_DAYS = 90

/**
 * Removes notifications that ended long ago.
 */
export default class RemoveOldNotifications {
  async handle(): Promise<void> {
    await db
      .from(Notification.table)
      .whereNot('state', 'waiting')
      .where('created_at', '<', DateTime.utc().minus({ days: KEPT_DAYS }).toMillis())
      .delete()
  }
}
