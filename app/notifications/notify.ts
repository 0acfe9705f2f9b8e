import { ulid } from 'ulid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Notification from '#app/notifications/models/notification'
import { panelSettings } from '#app/settings/models/panel_settings'

/** What people are told. */
export interface Notice {
  teamId: string
  /** What it is about. */
  subject: { type: string; id: string }
  /** What happened to it, in a word of up to 40 characters. A person is told once of each event. */
  event: string
  /** One line. */
  title: string
  paragraphs: readonly string[]
  /** Where it leads on the panel. */
  link: { label: string; path: string }
}

const MOST_OF_A_TITLE = 200

/**
 * Has people told by mail, in the transaction of what they are told of. Nothing is sent before it
 * is committed; `DeliverNotifications` sends it. Without a mail server nobody is told.
 *
 * @param userIds whom, each once
 */
export async function notify(
  { teamId, subject, event, title, paragraphs, link }: Notice,
  userIds: readonly string[],
  trx: TransactionClientContract
): Promise<void> {
  const { sendsMail } = await panelSettings(trx)
  if (userIds.length === 0 || !sendsMail) return
  const now = Date.now()
  const rows = userIds.map((userId) => ({
    ...{ id: ulid(), team_id: teamId, user_id: userId },
    ...{ subject_type: subject.type, subject_id: subject.id, event },
    ...{ title: oneLine(title), paragraphs: JSON.stringify(paragraphs) },
    ...{ link_label: link.label, link_path: link.path },
    ...{ state: 'waiting', attempts: 0, due_at: now, created_at: now, updated_at: now },
  }))
  await trx
    .insertQuery()
    .table(Notification.table)
    .onConflict(['subject_type', 'subject_id', 'event', 'user_id'])
    .ignore()
    .multiInsert(rows)
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
  const characters = [...line]
  return characters.length > MOST_OF_A_TITLE
    ? `${characters.slice(0, MOST_OF_A_TITLE - 1).join('')}…`
    : line
}
