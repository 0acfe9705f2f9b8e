import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type Server from '#app/servers/models/server'
import { fingerprintOf } from '#app/ssh_keys/key_lines'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import { presentStates } from '#app/ssh_keys/states'

/**
 * Whether a key is installed for the login user of a server, and so has a reason of its own to be
 * there.
 *
 * @param whose of `people` alone, or of the team's pairs, too
 */
export async function isInstalledThere(
  server: Server,
  publicKey: string,
  whose: 'people' | 'all',
  trx: TransactionClientContract
): Promise<boolean> {
  const query = KeyInstallation.within(server, { client: trx })
    .where({ serverId: server.id, unixUser: server.username })
    .where('fingerprint', fingerprintOf(publicKey) ?? '')
    .whereIn('state', [...presentStates])
  if (whose === 'people') query.whereNull('ssh_key_id').whereNotNull('owner_name')
  return (await query.first()) !== null
}
