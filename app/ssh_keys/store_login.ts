import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Secret } from '#engine/shell/secret'
import { isSameKey } from '#app/ssh_keys/key_lines'
import type KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'

/**
 * Makes the new key of a rotation the one that Muster logs in with. Call it while the team is held.
 *
 * @param row with server and rotation loaded
 * @returns whether the server still had the key it had when the rotation began
 */
export async function storeLogin(
  row: KeyRotationServer,
  privateKey: Secret,
  trx: TransactionClientContract
): Promise<boolean> {
  const { server, rotation } = row
  if (!isSameKey(server.publicKey, row.oldPublicKey)) return false
  server.useTransaction(trx).merge({
    privateKey,
    publicKey: rotation.publicKey,
    sshKeyId: rotation.toKeyId,
    login: rotation.toKeyId ? 'shared' : 'generated',
  })
  await server.save()
  return true
}
