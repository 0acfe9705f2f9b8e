import Notification from '#app/notifications/models/notification'
import { panelSettings } from '#app/settings/models/panel_settings'
import type { Scope } from '#app/teams/scope'

/** So many names stand in a sentence. */
const MOST_NAMES = 3

/**
 * Who is told of something by mail, in words ("Ann and Bob"), by what became of the messages, with
 * why the last attempt did not go through. Members see each other, so that all see it who see the
 * thing.
 */
export async function toldOf(scope: Scope, subject: { type: string; id: string }) {
  const notifications = await Notification.within({ teamId: scope.teamId })
    .where({ subjectType: subject.type, subjectId: subject.id })
    .preload('user')
    .orderBy('id')
  const { sendsMail } = await panelSettings()
  const states = Map.groupBy(notifications, ({ state }) => state)
  const groups = [...states].map(([state, kept]) => ({
    state,
    to: namesOf(kept),
    failure: kept.findLast(({ failure }) => failure !== null)?.failure ?? null,
  }))
  return { sendsMail, groups }
}

function namesOf(notifications: readonly Notification[]): string {
  const names = notifications.map(({ user }) => user.fullName)
  names.sort((one, other) => one.localeCompare(other, 'en'))
  if (names.length > MOST_NAMES) return `${names.length} people`
  return new Intl.ListFormat('en-GB').format(names)
}
