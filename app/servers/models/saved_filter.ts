import { column } from '@adonisjs/lucid/orm'
import { TenantModel, type RestrictedQuery } from '#app/core/database/tenant_model'

/**
 * A filter of the server list that the team keeps under a name. What it finds is what the one who
 * uses it may see.
 */
export default class SavedFilter extends TenantModel {
  static table = 'server_filters'

  static restrict(query: RestrictedQuery) {
    query.whereNotNull('server_filters.id')
  }

  @column()
  declare name: string

  /** The filter as the query of an address. */
  @column()
  declare query: string

  /** As activity names it. */
  get asSubject() {
    return { type: 'server_filter', id: this.id, name: this.name }
  }
}
