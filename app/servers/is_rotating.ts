import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import type Server from '#app/servers/models/server'

/** Said to who would change the way to a server meanwhile. */
export const IS_ROTATING =
  'Its login key is being rotated. Wait until that has ended, then try again.'

/** Whether the key that Muster logs in with at a server is being replaced by another just now. */
export async function isRotating(
  server: Server,
  client?: TransactionClientContract
): Promise<boolean> {
  const row = await KeyRotationServer.within(server, { client })
    .where('active_server_id', server.id)
    .first()
  return row !== null
}
