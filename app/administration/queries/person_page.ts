import { deviceOf } from '#app/account/device'
import { openSignIns } from '#app/account/queries/open_sign_ins'
import { wayInOf } from '#app/account/sign_in_words'
import ApiToken from '#app/api_tokens/models/api_token'
import Passkey from '#app/auth/models/passkey'
import SignIn from '#app/auth/models/sign_in'
import Membership from '#app/teams/models/membership'
import { hasOtherOwner } from '#app/teams/queries/has_other_owner'
import { hasOtherAdministrator } from '#app/users/hold_administrators'
import User from '#app/users/models/user'

/**
 * What administrators see of one person.
 *
 * @throws E_ROW_NOT_FOUND when there is none
 */
export async function personPage(personId: string) {
  const person = await User.findOrFail(personId)
  const sessions = await openSignIns(person)
  const last = await SignIn.query().where('user_id', person.id).max('seen_at as at').first()
  return {
    person,
    seenAt: last?.$extras.at ? Number(last.$extras.at) : null,
    isLastAdministrator: person.administrator && !(await hasOtherAdministrator(person)),
    secondFactor: await secondFactorOf(person),
    tokens: await countOf(ApiToken.acrossTeams().where('user_id', person.id)),
    teams: await teamsOf(person),
    sessions: sessions.map((signIn) => ({
      device: deviceOf(signIn.userAgent).name,
      address: signIn.address,
      wayIn: wayInOf(signIn.method, signIn.secondFactor),
      begunAt: signIn.createdAt,
      seenAt: signIn.seenAt,
    })),
  }
}

/** In words, such as "Authenticator app and 2 passkeys"; null for none. */
async function secondFactorOf(person: User): Promise<string | null> {
  const passkeys = await countOf(Passkey.query().where('user_id', person.id))
  const parts = [
    ...(person.totpConfirmedAt ? ['authenticator app'] : []),
    ...(passkeys > 0 ? [passkeys === 1 ? '1 passkey' : `${passkeys} passkeys`] : []),
  ]
  const words = parts.join(' and ')
  return words === '' ? null : words[0].toUpperCase() + words.slice(1)
}

async function teamsOf(person: User) {
  const memberships = await Membership.query().where('user_id', person.id).preload('team')
  const teams = await Promise.all(
    memberships.map(async (membership) => ({
      name: membership.team.name,
      role: membership.role,
      restricted: membership.restricted,
      since: membership.createdAt,
      isLastOwner: membership.role === 'owner' && !(await hasOtherOwner(membership)),
    }))
  )
  return teams.sort((one, other) => one.name.localeCompare(other.name))
}

interface Countable {
  count(column: string): PromiseLike<{ $extras: Record<string, unknown> }[]>
}

async function countOf(query: Countable): Promise<number> {
  const [{ $extras }] = await query.count('* as total')
  return Number($extras.total)
}
