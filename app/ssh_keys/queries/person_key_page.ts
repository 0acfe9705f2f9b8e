import { expiryLook } from '#app/ssh_keys/expiry'
import type PublicKey from '#app/ssh_keys/models/public_key'
import { connectedServers } from '#app/ssh_keys/queries/chosen_servers'
import { installationsOf } from '#app/ssh_keys/queries/key_page'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a person's key shows: where it is, and where it could be.
 *
 * @param key with its person loaded
 */
export async function personKeyPage(scope: Scope, key: PublicKey) {
  const installations = await installationsOf(scope).where('public_key_id', key.id)
  const servers = scope.can('keys.manage') ? await connectedServers(scope) : []
  return {
    ...{ key, installations },
    expiry: expiryLook(key),
    isSelf: key.userId === scope.userId,
    servers: servers.map(({ id, name, username }) => ({ value: id, label: name, hint: username })),
  }
}
