import Notification from '#app/notifications/models/notification'

/**
 * The messages that the mail server has not taken since it last took one: how many wait for another
 * attempt, how many were given up, and why the latest of them did not go through. Null when there
 * are none.
 */
export async function undelivered() {
  const sent = await Notification.acrossTeams()
    .where('state', 'sent')
    .orderBy('updated_at', 'desc')
    .select('updated_at')
    .first()
  const rows = await Notification.acrossTeams()
    .whereNotNull('failure')
    .whereNot('state', 'sent')
    .where('updated_at', '>', sent?.updatedAt.toMillis() ?? 0)
    .orderBy('updated_at', 'desc')
    .select('state', 'failure')
    .limit(1000)
  const waiting = rows.filter(({ state }) => state === 'waiting').length
  return rows.length === 0
    ? null
    : { waiting, failed: rows.length - waiting, failure: rows[0].failure }
}
