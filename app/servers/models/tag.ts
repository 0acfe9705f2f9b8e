import { column } from '@adonisjs/lucid/orm'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import type { Colour } from '#app/servers/colours'

/**
 * A word that servers carry, any number of them each.
 */
export default class Tag extends TenantModel {
  static table = 'tags'

  static restrict(query: RestrictedQuery, { serverIds }: Restriction) {
    query.whereIn('tags.id', (carried) =>
      carried
        .from('server_tags')
        .whereIn('server_id', [...serverIds])
        .select('tag_id')
    )
  }

  @column()
  declare name: string

  @column()
  declare colour: Colour

  /** As activity names it. */
  get asSubject() {
    return { type: 'tag', id: this.id, name: this.name }
  }
}
