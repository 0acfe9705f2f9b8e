import { ulid } from 'ulid'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { Call } from '#app/webhooks/call'
import type { Decision } from '#app/webhooks/decide'
import type Webhook from '#app/webhooks/models/webhook'
import type { PushEvent } from '#app/webhooks/push_event'
import { identityOf } from '#app/webhooks/signature'
import WebhookDelivery from '#app/webhooks/models/webhook_delivery'

/** How many deliveries of a webhook are kept. */
export const KEPT_DELIVERIES = 100

/** What a delivery is known by when it comes again. */
export interface Names {
  webhookId: string
  deliveryId: string
  contentHash: string
}

/** By these a call is known, as its provider names it or by what was signed. */
export function namesOf({ id: webhookId, provider }: Webhook, call: Call): Names {
  const { id, hash } = identityOf(provider, call)
  return { webhookId, deliveryId: id ?? hash, contentHash: hash }
}

/**
 * Writes down what was signed, once. It comes before all else: who else delivers the same waits
 * for it.
 *
 * @throws a violation of uniqueness when it came before
 */
export async function claimContent(
  { webhookId, deliveryId, contentHash }: Names,
  trx: TransactionClientContract
): Promise<void> {
  await trx.table('webhook_contents').insert({
    ...{ webhook_id: webhookId, content_hash: contentHash, delivery_id: deliveryId },
    created_at: Date.now(),
  })
}

/**
 * Writes down that a delivery came, what it told, and what is to be done about it.
 */
export function keepDelivery(
  { id: webhookId, teamId }: Webhook,
  deliveryId: string,
  { event, decision }: { event: PushEvent | null; decision: Decision },
  trx: TransactionClientContract
): Promise<WebhookDelivery> {
  const change = 'change' in decision ? decision.change : undefined
  return WebhookDelivery.create(
    {
      ...{ id: ulid(), teamId, webhookId, deliveryId },
      deploymentId: null,
      event: event?.name ?? 'unreadable',
      ref: change?.ref ?? null,
      commit: change?.commit ?? null,
      subject: change?.subject ?? null,
      pusher: event?.pusher ?? null,
      outcome: decision.kind === 'deploy' ? 'deployed' : decision.kind,
      reason: 'reason' in decision ? decision.reason : null,
      repeats: 0,
    },
    { client: trx }
  )
}

/**
 * Notes that a delivery came again, to no effect.
 */
export async function noteRepeat({ webhookId, deliveryId, contentHash }: Names): Promise<void> {
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
