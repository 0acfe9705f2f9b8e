import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { UlidModel } from '#app/core/database/ulid_model'
import Team from '#app/teams/models/team'
import type { Role } from '#app/teams/roles'

/**
 * A person's place in a team.
 */
export default class Membership extends UlidModel {
  static table = 'memberships'

  @column()
  declare teamId: string

  @column()
  declare userId: string

  @column()
  declare role: Role

  @belongsTo(() => Team)
  declare team: BelongsTo<typeof Team>
}
