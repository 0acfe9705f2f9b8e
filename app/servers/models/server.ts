import { DateTime } from 'luxon'
import { afterFetch, afterFind, belongsTo, column, manyToMany } from '@adonisjs/lucid/orm'
import type { BelongsTo, ManyToMany } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import type { HostKey } from '#engine/ssh/host_key'
import type { ServerFacts } from '#engine/facts/facts'
import { json, moment, secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import type { ServerLogin } from '#app/servers/logins'
import ServerGroup from '#app/servers/models/server_group'
import Tag from '#app/servers/models/tag'
import { serverStatusLooks, type ServerStatus } from '#app/servers/statuses'

/**
 * A Linux host reached over SSH, with the host keys it is pinned to.
 */
export default class Server extends TenantModel {
  static table = 'servers'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('servers.id', [...serverIds])
  }

  @column()
  declare name: string

  @column()
  declare host: string

  @column()
  declare port: number

  @column()
  declare username: string

  /** The server through which this one is reached; null for those reached directly. */
  @column()
  declare jumpServerId: string | null

  @belongsTo(() => Server, { foreignKey: 'jumpServerId' })
  declare jump: BelongsTo<typeof Server>

  @column()
  declare groupId: string | null

  @belongsTo(() => ServerGroup, { foreignKey: 'groupId' })
  declare group: BelongsTo<typeof ServerGroup>

  @manyToMany(() => Tag, { pivotTable: 'server_tags' })
  declare tags: ManyToMany<typeof Tag>

  @column()
  declare status: ServerStatus

  @column()
  declare statusMessage: string | null

  @moment()
  declare statusSince: DateTime

  @moment()
  declare seenAt: DateTime | null

  @secret({ purpose: 'server private key' })
  declare privateKey: Secret

  @column()
  declare publicKey: string

  /** The team's key pair that the login key is a copy of; null for a key of the server's own. */
  @column()
  declare sshKeyId: string | null
  /** Where the key pair is from. */
  @column()
  declare login: ServerLogin

  /** The credential to come, which has not let Muster in yet. */
  @secret({ purpose: 'server next private key' })
  declare nextPrivateKey: Secret | null

  @column()
  declare nextPublicKey: string | null

  @column()
  declare nextLogin: ServerLogin | null

  /** The key seen before anyone confirmed it; null once the server is pinned. */
  @json()
  declare offeredHostKey: HostKey | null

  @json()
  declare hostKeys: HostKey[]

  @json()
  declare facts: ServerFacts | null

  @moment()
  declare factsAt: DateTime | null

  @moment()
  declare preparedAt: DateTime | null

  /** Changes with each start of the server's system. */
  @column()
  declare bootId: string | null

  /** When the panel looks at it by itself; null for never. */
  @moment()
  declare nextCheckAt: DateTime | null

  /** Whether a person asked for a look that is yet to come. */
  @column({ consume: Boolean })
  declare checkAsked: boolean

  /** Looks in a row that did not reach it. */
  @column()
  declare checkFailures: number

  /** Whose look at it is under way. */
  @column()
  declare checkClaim: string | null

  @column()
  declare osName: string | null

  /** Load of one minute, in hundredths. */
  @column()
  declare loadCenti: number | null

  /** Load for each core, in thousandths. */
  @column()
  declare loadPermille: number | null

  @column()
  declare memoryPermille: number | null

  /** Of the fullest disk. */
  @column()
  declare diskPermille: number | null

  @column({ consume: Boolean })
  declare rebootRequired: boolean

  @column()
  declare pendingUpdates: number | null

  /**
   * Whoever has a server has the one it is reached through, because nothing can be asked of it
   * without.
   */
  @afterFind()
  static loadJump(server: Server) {
    return Server.loadJumps([server])
  }

  @afterFetch()
  static async loadJumps(servers: Server[]) {
    const behind = servers.filter(({ jumpServerId }) => jumpServerId)
    if (behind.length === 0) return
    const jumps = await Server.acrossTeams({ client: behind[0].$trx }).whereIn(
      'id',
      behind.map(({ jumpServerId }) => jumpServerId!)
    )
    for (const server of behind) {
      const jump = jumps.find(({ id, teamId }) => {
        return id === server.jumpServerId && teamId === server.teamId
      })
      if (jump) server.$setRelated('jump', jump)
    }
  }

  get isPinned() {
    return this.hostKeys.length > 0 && this.offeredHostKey === null
  }

  get address() {
    return `${this.username}@${this.host}${this.port === 22 ? '' : `:${this.port}`}`
  }

  get look() {
    return serverStatusLooks[this.status]
  }

  /** As activity names it. */
  get asSubject() {
    return { type: 'server', id: this.id, name: this.name }
  }
}
