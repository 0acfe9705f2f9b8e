import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { recordActivity } from '#app/activity/record_activity'
import { Attempts } from '#app/auth/attempts'
import { refuse } from '#app/core/exceptions/refusal'
import {
  hashOfInvitation,
  INVITATION_DAYS,
  newInvitationToken,
} from '#app/members/invitation_token'
import Invitation from '#app/members/models/invitation'
import { panelSettings } from '#app/settings/models/panel_settings'
import { holdTeamAs } from '#app/teams/hold_team'
import Membership from '#app/teams/models/membership'
import { isAtMost, restrictableRoles, type Role } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/** Invitations go out as mail with words of the one who invites. */
const PER_PERSON = { requests: 50, duration: '1 hour' }

export interface NewInvitation {
  email: string
  role: Role
  restricted: boolean
}

/**
 * Invites whoever has an e-mail address to the scope's team. Another invitation to the same
 * address ends.
 *
 * @returns the invitation and its link, which is kept nowhere
 * @throws a refusal for `email`, `role` or `sees`
 */
export default class InvitePerson {
  async handle(
    scope: Scope,
    input: NewInvitation
  ): Promise<{ invitation: Invitation; link: string }> {
    const email = input.email.toLowerCase()
    const attempts = new Attempts('invite', [{ of: scope.userId, limit: PER_PERSON }])
    if (!(await attempts.begin())) refuse('email', 'That is many invitations. Wait an hour.')
    const token = newInvitationToken()
    const invitation = await db.transaction(async (trx) => {
      const inviter = await holdTeamAs(scope, 'team.manage', trx)
      if (!isAtMost(input.role, inviter.role)) refuse('role', 'Give a role no higher than yours.')
      if (input.restricted && !restrictableRoles.includes(input.role)) {
        refuse('sees', 'Owners and admins always see everything.')
      }
      await this.#assertIsNoMember(scope, email, trx)
      await Invitation.within(scope, { client: trx }).where('email', email).delete()
      const { role, restricted } = input
      const created = await Invitation.create(
        {
          ...{ teamId: scope.teamId, email, role, restricted, invitedBy: scope.userId },
          tokenHash: hashOfInvitation(token.reveal()),
          expiresAt: DateTime.utc().plus({ days: INVITATION_DAYS }),
        },
        { client: trx }
      )
      const subject = { type: 'invitation', id: created.id, name: email }
      const act = { action: 'member.invited', subject, details: { role, restricted } }
      await recordActivity(scope.origin, act, trx)
      return created
    })
    const { url } = await panelSettings()
    return { invitation, link: `${url}/invitations/${token.reveal()}` }
  }

  async #assertIsNoMember(scope: Scope, email: string, trx: TransactionClientContract) {
    const member = await Membership.within(scope, { client: trx })
      .whereHas('user', (user) => user.where('email', email))
      .first()
    if (member) refuse('email', 'Someone with this address is in the team already.')
  }
}
