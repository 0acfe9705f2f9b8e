import { DateTime } from 'luxon'
import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import type { Secret } from '#engine/shell/secret'
import { moment, secret } from '#app/core/database/columns'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Project from '#app/projects/models/project'
import { providerLabels, type Provider } from '#app/webhooks/providers'

/** What the secret is encrypted for. */
export const WEBHOOK_SECRET = 'webhook secret'

/**
 * Where a project is told of pushes.
 */
export default class Webhook extends TenantModel {
  static table = 'webhooks'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    query.whereIn('webhooks.project_id', Project.idsWithin(restriction))
  }

  @column()
  declare projectId: string

  @column()
  declare provider: Provider

  @secret({ purpose: WEBHOOK_SECRET })
  declare secret: Secret

  /** When it was last called with a signature that does not fit, and from where. */
  @moment()
  declare refusedAt: DateTime | null

  @column()
  declare refusedAddress: string | null

  @belongsTo(() => Project)
  declare project: BelongsTo<typeof Project>

  get label() {
    return providerLabels[this.provider]
  }
}
