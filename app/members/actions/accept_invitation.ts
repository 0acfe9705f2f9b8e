import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Origin } from '#app/activity/origin'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { joinTeam } from '#app/members/join_team'
import { lookUpInvitation } from '#app/members/look_up_invitation'
import type Invitation from '#app/members/models/invitation'
import { findInvitation } from '#app/members/queries/find_invitation'
import { holdTeam } from '#app/teams/hold_team'
import type Team from '#app/teams/models/team'
import User from '#app/users/models/user'
import { assertStrong } from '#app/users/weak_password'

/** `gone`: it leads nowhere any more. `other_address`: it is not for this person. */
export type Acceptance =
  { kind: 'joined'; team: Team; user: User } | { kind: 'gone' } | { kind: 'other_address' }

/**
 * Takes the place that an invitation holds, and uses the invitation up, in one transaction: of two
 * who accept at once, one joins. The role is the one that was invited.
 */
export default class AcceptInvitation {
  /** For someone who is signed in. */
  asPerson(token: string, user: User, origin: Origin): Promise<Acceptance> {
    return this.#accept(token, origin, async ({ email }) =>
      user.email.toLowerCase() === email ? user : null
    )
  }

  /** For someone without an account, who gets one with the invitation's address. */
  async asNewPerson(
    token: string,
    account: { fullName: string; password: string },
    origin: Origin
  ): Promise<Acceptance> {
    const joining = this.#accept(token, origin, async ({ email }, trx) => {
      const { fullName, password } = account
      assertStrong(password, { fullName, email })
      return User.create({ fullName, password, email }, { client: trx })
    })
    return joining.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      // Someone has the address already: they log in instead.
      return { kind: 'other_address' }
    })
  }

  async #accept(
    token: string,
    origin: Origin,
    personFor: (invitation: Invitation, trx: TransactionClientContract) => Promise<User | null>
  ): Promise<Acceptance> {
    const found = await lookUpInvitation(token, origin.address ?? '')
    if (!found) return { kind: 'gone' }
    return db.transaction(async (trx) => {
      await holdTeam(found.teamId, trx)
      const invitation = await findInvitation(token, trx)
      if (!invitation) return { kind: 'gone' }
      const user = await personFor(invitation, trx)
      if (!user) return { kind: 'other_address' }
      await invitation.delete()
      await joinTeam(invitation, user, origin, trx)
      return { kind: 'joined', team: invitation.team, user }
    })
  }
}
