import db from '@adonisjs/lucid/services/db'
import WebhookDelivery from '#app/webhooks/models/webhook_delivery'

/** How many deliveries of a webhook are kept. */
export const KEPT_DELIVERIES = 100

/**
 * Notes that a delivery came again, to no effect.
 */
export async function noteRepeat(names: {
  webhookId: string
  deliveryId: string
  contentHash: string
}): Promise<void> {
  const { webhookId, deliveryId, contentHash } = names
  const first = await db
    .from('webhook_contents')
    .where({ webhook_id: webhookId, content_hash: contentHash })
    .select('delivery_id')
    .first()
  await db
    .from('webhook_deliveries')
    .where({ webhook_id: webhookId, delivery_id: first?.delivery_id ?? deliveryId })
    .increment('repeats', 1)
}

/**
 * Forgets what was delivered before the last hundred. What was signed counts once all the same.
 */
export async function forgetOldDeliveries(webhookId: string): Promise<void> {
  const oldest = await WebhookDelivery.acrossTeams()
    .where('webhook_id', webhookId)
    .orderBy('id', 'desc')
    .select('id')
    .offset(KEPT_DELIVERIES - 1)
    .limit(1)
    .first()
  if (!oldest) return
  await db
    .from('webhook_deliveries')
    .where('webhook_id', webhookId)
    .where('id', '<', oldest.id)
    .delete()
}
