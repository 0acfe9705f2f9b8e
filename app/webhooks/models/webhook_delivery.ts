import { belongsTo, column } from '@adonisjs/lucid/orm'
import type { BelongsTo } from '@adonisjs/lucid/types/relations'
import {
  TenantModel,
  type RestrictedQuery,
  type Restriction,
} from '#app/core/database/tenant_model'
import Deployment from '#app/deployments/models/deployment'
import {
  outcomeLooks,
  reasonWords,
  type IgnoredBecause,
  type Outcome,
  type RefusedBecause,
} from '#app/webhooks/outcomes'
import Webhook from '#app/webhooks/models/webhook'

/**
 * One call of a webhook that was signed, and what came of it. What it tells is a stranger's text.
 */
export default class WebhookDelivery extends TenantModel {
  static table = 'webhook_deliveries'

  static restrict(query: RestrictedQuery, restriction: Restriction) {
    const visible = Webhook.acrossTeams()
      .select('webhooks.id')
      .where((webhooks) => Webhook.restrict(webhooks, restriction))
    query.whereIn('webhook_deliveries.webhook_id', visible)
  }

  @column()
  declare webhookId: string

  @column()
  declare deploymentId: string | null

  /** What the provider calls it. */
  @column()
  declare deliveryId: string

  @column()
  declare event: string

  @column()
  declare ref: string | null

  @column()
  declare commit: string | null

  @column()
  declare pusher: string | null

  @column()
  declare subject: string | null

  @column()
  declare outcome: Outcome

  @column()
  declare reason: IgnoredBecause | RefusedBecause | null

  /** How often it came again, to no effect. */
  @column()
  declare repeats: number

  @belongsTo(() => Deployment)
  declare deployment: BelongsTo<typeof Deployment>

  get look() {
    return outcomeLooks[this.outcome]
  }

  get words() {
    return this.reason && reasonWords[this.reason]
  }

  /** The branch or tag without what git puts before it. */
  get shortRef() {
    return this.ref?.replace(/^refs\/(heads|tags)\//, '') ?? null
  }
}
