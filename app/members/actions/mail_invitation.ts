import { INVITATION_DAYS } from '#app/members/invitation_token'
import type Invitation from '#app/members/models/invitation'
import { MailError } from '#app/mail/mail_error'
import { sendMail } from '#app/mail/send_mail'
import { panelSettings } from '#app/settings/models/panel_settings'
import type { Scope } from '#app/teams/scope'

/** What became of the message: `off` without a mail server, else sent or not, and why not. */
export type MailedInvitation =
  { kind: 'off' } | { kind: 'sent' } | { kind: 'failed'; message: string }

/**
 * Sends an invitation's link to its address, when the panel sends mail.
 */
export default class MailInvitation {
  async handle(scope: Scope, invitation: Invitation, link: string): Promise<MailedInvitation> {
    const settings = await panelSettings()
    if (!settings.sendsMail) return { kind: 'off' }
    const { actor } = scope.origin
    try {
      await sendMail({
        to: invitation.email,
        subject: 'You are invited to a team in Muster',
        text: [
          `${actor.name} invites you to the team ${scope.teamName}, as ${invitation.role}.`,
          `The link works once, for this address, for ${INVITATION_DAYS} days.`,
        ],
        link: { label: 'Join the team', url: link },
      })
      return { kind: 'sent' }
    } catch (error) {
      if (!(error instanceof MailError)) throw error
      return { kind: 'failed', message: error.message }
    }
  }
}
