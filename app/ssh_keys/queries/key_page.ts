import { DateTime } from 'luxon'
import { historyOf } from '#app/activity/queries/history'
import Server from '#app/servers/models/server'
import { expiryLook } from '#app/ssh_keys/expiry'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { connectedServers } from '#app/ssh_keys/queries/chosen_servers'
import { rotationSummary } from '#app/ssh_keys/queries/rotation_page'
import type { Scope } from '#app/teams/scope'

/**
 * What the page of a key pair shows: where it is, and what can be done with it.
 *
 * @param key with its creator loaded
 */
export async function keyPage(scope: Scope, key: SshKey) {
  const [logins, installations, rotations, successor, predecessor] = await Promise.all([
    Server.within(scope).where('ssh_key_id', key.id).orderBy('name'),
    installationsOf(scope).where('ssh_key_id', key.id),
    KeyRotation.within(scope)
      .where((query) => query.where('to_key_id', key.id).orWhere('from_key_id', key.id))
      .preload('servers', (rows) =>
        rows.whereIn('id', KeyRotationServer.within(scope).select('id'))
      )
      .orderBy('id', 'desc')
      .limit(10),
    SshKey.within(scope).where('rotated_from_id', key.id).first(),
    SshKey.within(scope)
      .where('id', key.rotatedFromId ?? '')
      .first(),
  ])
  const choices = scope.can('keys.manage') ? await connectedServers(scope) : []
  return {
    ...{ key, logins, installations, successor, predecessor },
    rotations: rotations.map(rotationSummary),
    expiry: expiryLook(key),
    servers: choices.map(({ id, name, username }) => ({ value: id, label: name, hint: username })),
    otherServers: choices
      .filter(({ sshKeyId }) => sshKeyId !== key.id)
      .map(({ id, name, host }) => ({ value: id, label: name, hint: host })),
    today: DateTime.utc().toISODate(),
    history: await historyOf(scope, [{ type: 'ssh_key', id: key.id }]),
  }
}

/** Keys on servers, those of one server together, with their servers. */
export function installationsOf(scope: Scope) {
  return KeyInstallation.within(scope).preload('server').orderBy('server_id').orderBy('unix_user')
}
