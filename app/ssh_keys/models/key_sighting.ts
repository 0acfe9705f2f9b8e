import type { DateTime } from 'luxon'
import { column } from '@adonisjs/lucid/orm'
import type { FoundKeys } from '#engine/keys/read_keys'
import { json, moment } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'

/**
 * The keys that a server was last seen to let in as a user. What is in it comes from the server.
 */
export default class KeySighting extends TenantModel {
  static table = 'key_sightings'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('key_sightings.server_id', [...serverIds])
  }

  @column()
  declare serverId: string

  @column()
  declare unixUser: string

  @json()
  declare found: FoundKeys

  @moment()
  declare seenAt: DateTime
}
