import logger from '@adonisjs/core/services/logger'
import { MailError } from '#app/mail/mail_error'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'
import { warningStages } from '#app/ssh_keys/expiry'
import PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import Membership from '#app/teams/models/membership'
import { abilities } from '#app/teams/roles'

/**
 * Writes to those who manage a team's keys, and to the person whose key it is, that it expires;
 * nothing on the day itself, nor without a mail server. A message that is not taken is only logged:
 * the warning is on the pages, too.
 */
export async function mailWarning(
  key: SshKey | PublicKey,
  stage: number,
  teamIds: readonly string[]
): Promise<void> {
  const settings = await panelSettings()
  if (!settings.sendsMail || stage === warningStages.length) return
  const day = key.expiresAt!.toISODate()
  const what = key instanceof SshKey ? `key pair ${key.name}` : `SSH key ${key.name}`
  const whose = key instanceof SshKey ? '' : ` of ${key.user.fullName}`
  const path = key instanceof SshKey ? `/ssh-keys/${key.id}` : `/people-keys/${key.id}`
  for (const to of await recipients(key, teamIds)) {
    await sendMail({
      to,
      subject: `A key expires on ${day}`,
      text: [
        `The ${what}${whose} expires on ${day}.`,
        key instanceof SshKey
          ? 'Nothing is cut off then. Rotate it in time: servers change to a new key one by one.'
          : 'Add another key and have it installed, if it is still needed.',
      ],
      link: { label: 'See the key', url: new URL(path, settings.url).href },
    }).catch((error) => {
      if (!(error instanceof MailError)) throw error
      logger.warn({ key: key.id }, `a warning was not mailed: ${error.message}`)
    })
  }
}

async function recipients(key: SshKey | PublicKey, teamIds: readonly string[]): Promise<string[]> {
  const members = await Membership.query()
    .whereIn('team_id', [...teamIds])
    .whereIn('role', [...abilities['keys.manage']])
    .preload('user')
  const people = [
    ...members.map(({ user }) => user),
    ...(key instanceof PublicKey ? [key.user] : []),
  ]
  return [
    ...new Set(people.filter(({ deactivatedAt }) => !deactivatedAt).map(({ email }) => email)),
  ]
}
