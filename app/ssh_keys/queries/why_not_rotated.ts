import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Server from '#app/servers/models/server'
import { fingerprintOf, isSameKey } from '#app/ssh_keys/key_lines'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import type KeyRotation from '#app/ssh_keys/models/key_rotation'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'

/**
 * Why the login key of a server cannot be changed to that of a rotation now, for people; null when
 * it can. Call it while the team is held.
 */
export async function whyNotRotated(
  server: Server,
  rotation: KeyRotation,
  trx: TransactionClientContract
): Promise<string | null> {
  if (isSameKey(server.publicKey, rotation.publicKey)) {
    return `Muster logs in at ${server.name} with this key already.`
  }
  const active = await KeyRotationServer.within(server, { client: trx })
    .where('active_server_id', server.id)
    .first()
  if (active) return `The login key of ${server.name} is being rotated already.`
  const removal = await KeyInstallation.within(server, { client: trx })
    .where({ serverId: server.id, unixUser: server.username, state: 'removing' })
    .where('fingerprint', fingerprintOf(rotation.publicKey) ?? '')
    .first()
  return removal ? `This key is being removed from ${server.name}. Wait for the end of that.` : null
}
