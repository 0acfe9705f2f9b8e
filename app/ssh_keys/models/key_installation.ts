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
import { installationLooks, type InstallationState } from '#app/ssh_keys/states'

/**
 * A key on a server, as one of its users: that of a person, or the public part of a team's pair.
 */
export default class KeyInstallation extends TenantModel {
  static table = 'key_installations'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('key_installations.server_id', [...serverIds])
  }

  @column()
  declare serverId: string

  /** Whom it lets in. */
  @column()
  declare unixUser: string

  @column()
  declare fingerprint: string

  /** The line for `authorized_keys`, as it was installed. */
  @column()
  declare publicKey: string

  /** What the key was called then. */
  @column()
  declare name: string

  @column()
  declare sshKeyId: string | null

  /** Null for a pair of the team, and when its person took the key back. */
  @column()
  declare publicKeyId: string | null

  @column()
  declare ownerId: string | null

  /** Whose key it is; null for a pair of the team. */
  @column()
  declare ownerName: string | null

  @column()
  declare state: InstallationState

  /** Why it is not as it should be, for people. */
  @column()
  declare message: string | null

  /** The latest run about it. */
  @column()
  declare runId: string | null

  /** Whether it is removed by itself when the key expires. */
  @column({ consume: Boolean })
  declare removedOnExpiry: boolean

  @moment()
  declare installedAt: DateTime | null

  @moment()
  declare removedAt: DateTime | null

  @belongsTo(() => Server)
  declare server: BelongsTo<typeof Server>

  get look() {
    return installationLooks[this.state]
  }

  /** Whether a run about it is under way. */
  get isBusy() {
    return this.state === 'installing' || this.state === 'removing'
  }
}
