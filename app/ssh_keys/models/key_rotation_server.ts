import type { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Server from '#app/servers/models/server'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import { rotationLooks, type RotationState } from '#app/ssh_keys/states'

/**
 * A server in a rotation, and how far it is. The row is the truth: whoever finds it goes on from
 * its state.
 */
export default class KeyRotationServer extends TenantModel {
  static table = 'key_rotation_servers'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('key_rotation_servers.server_id', [...serverIds])
  }

  @column()
  declare rotationId: string

  @column()
  declare serverId: string

  /** The server while the rotation is under way; unique. */
  @column()
  declare activeServerId: string | null

  @column()
  declare state: RotationState

  /** Why it is not done, for people. */
  @column()
  declare message: string | null

  /** The key that Muster logged in with when this began. */
  @column()
  declare oldPublicKey: string

  /** The latest run of it. */
  @column()
  declare runId: string | null

  /** When the server's login became the new key. */
  @moment()
  declare storedAt: DateTime | null

  @belongsTo(() => KeyRotation, { foreignKey: 'rotationId' })
  declare rotation: BelongsTo<typeof KeyRotation>

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>

  get look() {
    return rotationLooks[this.state]
  }
}
