import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import { moment } from '#app/core/database/columns'
import { TenantModel } from '#app/core/database/tenant_model'
import Team from '#app/teams/models/team'
import type { Role } from '#app/teams/roles'
import User from '#app/users/models/user'

/**
 * A place in a team that is held for whoever has an e-mail address. It is taken by a link, once;
 * only the hash of the link's token is kept.
 */
export default class Invitation extends TenantModel {
  static table = 'team_invitations'

  /** In lower case. */
  @column()
  declare email: string

  @column()
  declare role: Role

  /** Whether the one who takes it sees only what is granted to them. */
  @column({ consume: Boolean })
  declare restricted: boolean

  @column({ serializeAs: null })
  declare tokenHash: string

  @column()
  declare invitedBy: string

  @moment()
  declare expiresAt: DateTime

  @belongsTo(() => Team)
  declare team: BelongsTo<typeof Team>

  @belongsTo(() => User, { foreignKey: 'invitedBy' })
  declare inviter: BelongsTo<typeof User>
}
