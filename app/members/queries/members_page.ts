import { DateTime } from 'luxon'
import Passkey from '#app/auth/models/passkey'
import SignIn from '#app/auth/models/sign_in'
import Invitation from '#app/members/models/invitation'
import Membership from '#app/teams/models/membership'
import { roles } from '#app/teams/roles'
import type { Scope } from '#app/teams/scope'

/**
 * Who is in the scope's team, owners first. What members see and how they sign in is for those
 * who manage them, and so are the open invitations.
 */
export async function membersPage(scope: Scope) {
  const members = await Membership.within(scope).preload('user').preload('grants')
  members.sort(
    (one, other) =>
      roles.indexOf(one.role) - roles.indexOf(other.role) ||
      one.user.fullName.localeCompare(other.user.fullName)
  )
  const seen = await lastSeen(members)
  const manages = scope.can('team.manage')
  const withPasskey = manages ? await ownersOfPasskeys(members) : new Set()
  return {
    members: members.map((member) => ({
      member,
      user: member.user,
      isSelf: member.userId === scope.userId,
      seenAt: seen.get(member.userId) ?? null,
      sees: seesOf(member),
      secondFactor: member.user.totpConfirmedAt !== null || withPasskey.has(member.userId),
    })),
    invitations: manages ? await openInvitations(scope) : [],
  }
}

/** Invitations that can still be accepted, the one that ends first on top. */
function openInvitations(scope: Scope) {
  return Invitation.within(scope)
    .where('expires_at', '>', Date.now())
    .preload('inviter')
    .orderBy('expires_at')
}

/** When each was last seen in this panel, by whatever browser. */
async function lastSeen(members: readonly Membership[]): Promise<Map<string, DateTime>> {
  const rows: { user_id: string; seen: number | string }[] = await SignIn.query()
    .whereIn('user_id', idsOf(members))
    .select('user_id')
    .groupBy('user_id')
    .max('seen_at as seen')
    .pojo()
  return new Map(rows.map((row) => [row.user_id, DateTime.fromMillis(Number(row.seen)).toUTC()]))
}

async function ownersOfPasskeys(members: readonly Membership[]): Promise<Set<string>> {
  const passkeys = await Passkey.query().whereIn('user_id', idsOf(members)).select('user_id')
  return new Set(passkeys.map(({ userId }) => userId))
}

function seesOf({ restricted, grants }: Membership) {
  const count = (key: 'serverId' | 'projectId') => grants.filter((grant) => grant[key]).length
  return restricted ? { servers: count('serverId'), projects: count('projectId') } : null
}

const idsOf = (members: readonly Membership[]) => members.map(({ userId }) => userId)
