import type { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import type { TeamScope } from '#app/core/database/tenant_model'
import { UlidModel } from '#app/core/database/ulid_model'
import User from '#app/users/models/user'

/**
 * A public key of a person. It is theirs, and seen by the teams they belong to.
 */
export default class PublicKey extends UlidModel {
  static table = 'public_keys'

  /**
   * The keys of a team's members. A restricted scope sees those that are on its servers.
   */
  static within({ teamId, restriction }: TeamScope) {
    const query = this.query().whereIn('public_keys.user_id', (members) =>
      members.from('memberships').where('team_id', teamId).select('user_id')
    )
    if (!restriction) return query
    return query.whereIn('public_keys.id', (seen) => {
      seen.from('key_installations').select('public_key_id').where('team_id', teamId)
      seen.whereIn('server_id', [...restriction.serverIds]).whereNotNull('public_key_id')
    })
  }

  @column()
  declare userId: string

  /** What its person calls it. */
  @column()
  declare name: string

  @column()
  declare type: string

  @column()
  declare bits: number

  /** The line for `authorized_keys`, with the comment it came with. */
  @column()
  declare publicKey: string

  @column()
  declare fingerprint: string

  @moment()
  declare expiresAt: DateTime | null

  /** Which warning of the expiry was given last; see `warningStages`. */
  @column()
  declare warned: number

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>

  /** As activity names it. */
  get asSubject() {
    return { type: 'public_key', id: this.id, name: this.name }
  }
}
