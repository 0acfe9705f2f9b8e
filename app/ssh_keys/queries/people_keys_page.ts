import { expiryLook } from '#app/ssh_keys/expiry'
import PublicKey from '#app/ssh_keys/models/public_key'
import { installationsOf } from '#app/ssh_keys/queries/key_page'
import { presentStates } from '#app/ssh_keys/states'
import Membership from '#app/teams/models/membership'
import type { Scope } from '#app/teams/scope'

/**
 * The keys of a team's people, and those on servers that nobody of the team answers for: of former
 * members, and taken back by their person.
 */
export async function peopleKeysPage(scope: Scope) {
  const [keys, installations, members] = await Promise.all([
    PublicKey.within(scope).preload('user'),
    installationsOf(scope)
      .whereNull('ssh_key_id')
      .whereNotNull('owner_name')
      .whereIn('state', [...presentStates]),
    Membership.within(scope).select('user_id'),
  ])
  const names = new Intl.Collator('en')
  keys.sort(
    (one, other) =>
      names.compare(one.user.fullName, other.user.fullName) || names.compare(one.name, other.name)
  )
  const belongs = new Set(members.map(({ userId }) => userId))
  const left = installations
    .filter(({ ownerId, publicKeyId }) => !ownerId || !belongs.has(ownerId) || !publicKeyId)
    .map((installation) => ({
      installation,
      reason: belongs.has(installation.ownerId ?? '') ? 'taken back' : 'former member',
    }))
  return {
    rows: keys.map((key) => ({
      key,
      installations: installations.filter(({ publicKeyId }) => publicKeyId === key.id).length,
      look: expiryLook(key),
    })),
    left,
    removable: left.map(({ installation }) => installation).filter(({ isBusy }) => !isBusy),
    ownKeys: keys.filter(({ userId }) => userId === scope.userId).length,
  }
}
