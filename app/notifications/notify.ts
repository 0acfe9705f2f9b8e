import { ulid } from 'ulid'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import Notification from '#app/notifications/models/notification'
import type { Ability } from '#app/teams/roles'
import { panelSettings } from '#app/settings/models/panel_settings'

/** What people are told. */
export interface Notice {
  teamId: string
  /** What it is about. */
  subject: { type: string; id: string }
  /** What happened to it, in a word of up to 40 characters. A person is told once of each event. */
  event: string
  /** What people have to be allowed to do to be told. */
  ability: Ability
  /** One line. */
  title: string
  paragraphs: readonly string[]
  /** Where it leads on the panel. */
  link: { label: string; path: string }
}

const MOST_OF_A_TITLE = 200

/** What a message may hold: a server may have said much. */
const MOST_PARAGRAPHS = 12
const MOST_OF_A_PARAGRAPH = 2000

/** How many rows one statement inserts. */
const BATCH = 100

/**
 * Has people told by mail, in the transaction of what they are told of. Nothing is sent before it
 * is committed; `DeliverNotifications` sends it. Without a mail server nobody is told.
 *
 * @param userIds whom, each once
 */
export async function notify(
  { teamId, subject, event, ability, title, paragraphs, link }: Notice,
  userIds: readonly string[],
  trx: TransactionClientContract
): Promise<void> {
  const { sendsMail } = await panelSettings(trx)
  if (userIds.length === 0 || !sendsMail) return
  const now = Date.now()
  const rows = userIds.map((userId) => ({
    ...{ id: ulid(), team_id: teamId, user_id: userId },
    ...{ subject_type: subject.type, subject_id: subject.id, event },
    ...{ ability, title: cut(oneLine(title), MOST_OF_A_TITLE) },
    paragraphs: JSON.stringify(
      paragraphs.slice(0, MOST_PARAGRAPHS).map((text) => cut(text, MOST_OF_A_PARAGRAPH))
    ),
    ...{ link_label: link.label, link_path: link.path },
    ...{ state: 'waiting', attempts: 0, due_at: now, created_at: now, updated_at: now },
  }))
  for (let from = 0; from < rows.length; from += BATCH) {
    await trx
      .insertQuery()
      .table(Notification.table)
      .onConflict(['subject_type', 'subject_id', 'event', 'user_id'])
      .ignore()
      .multiInsert(rows.slice(from, from + BATCH))
  }
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text
}
