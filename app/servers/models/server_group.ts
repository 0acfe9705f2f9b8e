import { column } from '@adonisjs/lucid/orm'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import type { Colour } from '#app/servers/colours'

/**
 * Servers that belong together. A server is in one group or in none.
 */
export default class ServerGroup extends TenantModel {
  static table = 'server_groups'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('server_groups.id', (grouped) =>
      grouped
        .from('servers')
        .whereIn('id', [...serverIds])
        .whereNotNull('group_id')
        .select('group_id')
    )
  }

  @column()
  declare name: string

  @column()
  declare colour: Colour

  /** As activity names it. */
  get asSubject() {
    return { type: 'server_group', id: this.id, name: this.name }
  }
}
