import db from '@adonisjs/lucid/services/db'
import { expiryLook } from '#app/ssh_keys/expiry'
import PublicKey from '#app/ssh_keys/models/public_key'
import { presentStates } from '#app/ssh_keys/states'
import type User from '#app/users/models/user'

/**
 * A person's own public keys, each with on how many servers it is.
 */
export async function accountKeysPage(user: User) {
  const keys = await PublicKey.query().where('user_id', user.id).orderBy('id')
  const counts: { public_key_id: string; servers: number | string }[] = await db
    .from('key_installations')
    .whereIn(
      'public_key_id',
      keys.map(({ id }) => id)
    )
    .whereIn('state', [...presentStates])
    .groupBy('public_key_id')
    .select('public_key_id')
    .countDistinct('server_id as servers')
  const servers = new Map(counts.map((row) => [row.public_key_id, Number(row.servers)]))
  return {
    rows: keys.map((key) => ({
      key,
      servers: servers.get(key.id) ?? 0,
      look: expiryLook(key),
    })),
  }
}
