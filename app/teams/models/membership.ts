import { belongsTo, column, hasMany } from '@adonisjs/lucid/orm'
import type { ModelAdapterOptions } from '@adonisjs/lucid/types/model'
import type { BelongsTo, HasMany } from '@adonisjs/lucid/types/relations'
import type { TeamScope } from '#app/core/database/tenant_model'
import { UlidModel } from '#app/core/database/ulid_model'
import Grant from '#app/teams/models/grant'
import Team from '#app/teams/models/team'
import type { Role } from '#app/teams/roles'
import User from '#app/users/models/user'

/**
 * A person's place in a team.
 */
export default class Membership extends UlidModel {
  static table = 'memberships'

  /** The places in one team. Members see each other, restricted or not. */
  static within(scope: Pick<TeamScope, 'teamId'>, options?: ModelAdapterOptions) {
    return this.query(options).where('memberships.team_id', scope.teamId)
  }

  @column()
  declare teamId: string

  @column()
  declare userId: string

  @column()
  declare role: Role

  /** Sees only the servers and projects granted to them. */
  @column({ consume: Boolean })
  declare restricted: boolean

  @belongsTo(() => Team)
  declare team: BelongsTo<typeof Team>

  @belongsTo(() => User)
  declare user: BelongsTo<typeof User>

  @hasMany(() => Grant)
  declare grants: HasMany<typeof Grant>
}
