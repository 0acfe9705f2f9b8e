import { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import type { Secret } from '#engine/shell/secret'
import type { HostKey } from '#engine/ssh/host_key'
import type { ServerFacts } from '#engine/facts/facts'
import { json, moment, secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
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
