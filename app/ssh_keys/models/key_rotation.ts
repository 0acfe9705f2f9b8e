import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import KeyRotationServer from '#app/ssh_keys/models/key_rotation_server'
import SshKey from '#app/ssh_keys/models/ssh_key'
import User from '#app/users/models/user'

/**
 * A change of the key that Muster logs in with, on one server or several: to a new pair in the
 * place of another, to a pair that is there, or to a key of the server's own.
 */
export default class KeyRotation extends TenantModel {
  static table = 'key_rotations'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('key_rotations.id', (inner) => {
      inner.from('key_rotation_servers').select('rotation_id')
      inner.whereIn('server_id', [...serverIds])
    })
  }

  /** The pair whose place another takes; null when servers only change to another. */
  @column()
  declare fromKeyId: string | null

  /** The pair that servers change to; null for a key of the server's own. */
  @column()
  declare toKeyId: string | null

  @column()
  declare publicKey: string

  /** Of a server's own key, until the server has it. */
  @secret({ purpose: 'rotated private key' })
  declare privateKey: Secret | null

  @column()
  declare createdBy: string | null

  @belongsTo(() => SshKey, { foreignKey: 'fromKeyId' })
  declare fromKey: BelongsTo<typeof SshKey>

  @belongsTo(() => SshKey, { foreignKey: 'toKeyId' })
  declare toKey: BelongsTo<typeof SshKey>

  @belongsTo(() => User, { foreignKey: 'createdBy' })
  declare creator: BelongsTo<typeof User>

  @hasMany(() => KeyRotationServer, { foreignKey: 'rotationId' })
  declare servers: HasMany<typeof KeyRotationServer>
}
