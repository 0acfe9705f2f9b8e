import type { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { moment, secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import User from '#app/users/models/user'

/**
 * A key pair of a team. Servers can share it as the key that Muster logs in with; each of them
 * keeps a working copy.
 */
export default class SshKey extends TenantModel {
  static table = 'ssh_keys'

  /** Those that log in at, or are installed on, the servers one sees. */
  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query
      .whereIn('ssh_keys.id', (inner) => {
        inner
          .from('servers')
          .select('ssh_key_id')
          .whereIn('id', [...serverIds])
        inner.whereNotNull('ssh_key_id')
      })
      .orWhereIn('ssh_keys.id', (inner) => {
        inner.from('key_installations').select('ssh_key_id')
        inner.whereIn('server_id', [...serverIds]).whereNotNull('ssh_key_id')
      })
  }

  @column()
  declare name: string

  @column()
  declare type: string

  @column()
  declare bits: number

  /** The line for `authorized_keys`. */
  @column()
  declare publicKey: string

  @column()
  declare fingerprint: string

  /** Null once another pair has taken its place everywhere. */
  @secret({ purpose: 'team private key' })
  declare privateKey: Secret | null

  @column()
  declare origin: 'generated' | 'imported'

  /** The pair whose place this one takes. */
  @column()
  declare rotatedFromId: string | null

  @column()
  declare createdBy: string | null

  @moment()
  declare expiresAt: DateTime | null

  /** Which warning of the expiry was given last; see `warningStages`. */
  @column()
  declare warned: number

  /** Since when another pair has its place everywhere. */
  @moment()
  declare retiredAt: DateTime | null

  @belongsTo(() => User, { foreignKey: 'createdBy' })
  declare creator: BelongsTo<typeof User>

  /** As activity names it. */
  get asSubject() {
    return { type: 'ssh_key', id: this.id, name: this.name }
  }
}
