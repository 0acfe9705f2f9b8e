import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { json, moment } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import Project from '#app/projects/models/project'
import type { Ability } from '#app/teams/roles'
import User from '#app/users/models/user'

/**
 * A key to the API for programs, made by a member for one team. It can do what it was given and
 * its maker can still do; only its hash is kept.
 */
export default class ApiToken extends TenantModel {
  static table = 'api_tokens'

  @column()
  declare userId: string

  /** The one project it is for, or null for all that its maker sees. */
  @column()
  declare projectId: string | null

  @column()
  declare name: string

  @column({ serializeAs: null })
  declare tokenHash: string

  @column()
  declare ending: string

  @json()
  declare abilities: Ability[]

  @moment()
  declare expiresAt: DateTime | null

  @moment()
  declare lastUsedAt: DateTime | null

  @column()
  declare lastUsedAddress: string | null

  get isExpired() {
    return this.expiresAt !== null && this.expiresAt <= DateTime.utc()
  }

  @belongsTo(() => Project)
  declare project: BelongsTo<typeof Project>

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>
}
