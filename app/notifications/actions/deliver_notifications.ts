import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import { MailError } from '#app/mail/mail_error'
import { stopping } from '#app/core/stopping'
import { sendMail } from '#app/mail/send_mail'
import { ATTEMPT_MS, nextAttemptAt } from '#app/notifications/attempts'
import Notification from '#app/notifications/models/notification'
import { panelSettings } from '#app/settings/models/panel_settings'
import Membership from '#app/teams/models/membership'
import { roleCan } from '#app/teams/roles'

/** How many messages one look takes up. */
const BATCH = 50

/**
 * Mails what people are to be told, once each, however many processes look; again later when the
 * mail server did not take it. One who meanwhile left the team or may not sign in is not told.
 */
export default class DeliverNotifications {
  async handle(): Promise<void> {
    const due = await Notification.acrossTeams()
      .where('state', 'waiting')
      .where('due_at', '<=', Date.now())
      .orderBy('id')
      .limit(BATCH)
      .preload('user')
    for (const notification of due) {
      if (stopping.signal.aborted) return
      if (!(await claim(notification))) continue
      const error = await this.#deliver(notification)
      // The others would find the mail server as this one did.
      if (error instanceof MailError && error.phase !== 'recipient') return
    }
  }

  /** @returns what kept it from being sent; null when it was, or need not be any more */
  async #deliver(notification: Notification): Promise<Error | null> {
    if (!(await mayBeTold(notification))) {
      await notification.delete()
      return null
    }
    try {
      await send(notification)
      await notification.merge({ state: 'sent', failure: null }).save()
      return null
    } catch (error) {
      const { id, attempts } = notification
      const failure = error instanceof Error ? error : new Error(String(error))
      logger.warn({ notification: id, attempts, err: failure }, 'a message was not sent')
      await putOff(notification, failure)
      return failure
    }
  }
}

/** Takes it for this process: of several that try exactly one gets it. */
async function claim(notification: Notification): Promise<boolean> {
  const { id, attempts } = notification
  const now = Date.now()
  const changed = await db
    .from(Notification.table)
    .where({ id, attempts, state: 'waiting' })
    .update({ attempts: attempts + 1, due_at: now + ATTEMPT_MS, updated_at: now })
  notification.attempts = attempts + 1
  return Number(changed) === 1
}

async function mayBeTold(notification: Notification): Promise<boolean> {
  const { teamId, userId, user, ability } = notification
  if (user.deactivatedAt) return false
  const membership = await Membership.within({ teamId }).where('user_id', userId).first()
  return membership !== null && roleCan(membership.role, ability)
}

async function send({ id, user, title, paragraphs, linkLabel, linkPath }: Notification) {
  const { url } = await panelSettings()
  await sendMail({
    id,
    to: user.email,
    subject: title,
    text: paragraphs,
    link: { label: linkLabel, url: new URL(linkPath, url).href },
  })
}

async function putOff(notification: Notification, error: Error) {
  const { id, attempts, createdAt } = notification
  const at = nextAttemptAt(attempts, createdAt.toMillis(), Date.now())
  await db
    .from(Notification.table)
    .where('id', id)
    .update({
      failure:
        error instanceof MailError
          ? error.message
          : 'It could not be written. The log of the panel says why.',
      updated_at: Date.now(),
      ...(at === null ? { state: 'failed' } : { due_at: at }),
    })
}
