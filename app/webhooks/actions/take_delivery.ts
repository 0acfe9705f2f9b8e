import { inject } from '@adonisjs/core'
import { ulid } from 'ulid'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import Project from '#app/projects/models/project'
import type { Call } from '#app/webhooks/call'
import { decide, type Decision } from '#app/webhooks/decide'
import { forgetOldDeliveries, noteRepeat } from '#app/webhooks/kept_deliveries'
import type Webhook from '#app/webhooks/models/webhook'
import WebhookDelivery from '#app/webhooks/models/webhook_delivery'
import type { Outcome } from '#app/webhooks/outcomes'
import { causeOfPush } from '#app/webhooks/push_cause'
import type { PushEvent } from '#app/webhooks/push_event'
import { readEvent } from '#app/webhooks/read_event'
import { identityOf } from '#app/webhooks/signature'

/** What is told to whoever delivered. */
export interface Taken {
  outcome: Outcome | 'repeated'
  delivery: WebhookDelivery | null
}

/**
 * Takes a delivery that was signed: writes down that it came and does what it asks for, in one
 * transaction, once, however often it comes.
 */
@inject()
export default class TakeDelivery {
  readonly #createDeployment: CreateDeployment

  constructor(createDeployment: CreateDeployment) {
    this.#createDeployment = createDeployment
  }

  async handle(webhook: Webhook, call: Call): Promise<Taken> {
    const { id, hash } = identityOf(webhook.provider, call)
    const names = { webhookId: webhook.id, deliveryId: id ?? hash, contentHash: hash }
    try {
      const delivery = await db.transaction((trx) => this.#take(webhook, call, names, trx))
      await forgetOldDeliveries(webhook.id)
      return { outcome: delivery.outcome, delivery }
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      await noteRepeat(names)
      return { outcome: 'repeated', delivery: null }
    }
  }

  async #take(
    webhook: Webhook,
    call: Call,
    { webhookId, deliveryId, contentHash }: Names,
    trx: TransactionClientContract
  ): Promise<WebhookDelivery> {
    // The write comes first: who else delivers the same waits for it.
    await trx.table('webhook_contents').insert({
      ...{ webhook_id: webhookId, content_hash: contentHash, delivery_id: deliveryId },
      created_at: Date.now(),
    })
    const project = await Project.within(webhook, { client: trx })
      .where('id', webhook.projectId)
      .firstOrFail()
    const event = readEvent(webhook.provider, call)
    const decision = decide(event, project, webhook.provider === 'plain')
    const delivery = await WebhookDelivery.create(
      {
        ...{ id: ulid(), teamId: webhook.teamId, webhookId, deliveryId },
        ...kept(event, decision),
      },
      { client: trx }
    )
    if (decision.kind !== 'deploy') return delivery
    const { commit, subject } = decision.change
    // What is pushed of a tag may be the tag itself, which is no commit.
    const isExact = commit !== null && project.refKind === 'branch'
    const announced = isExact ? { commit, subject, author: null } : null
    const cause = causeOfPush(webhook, event?.pusher ?? null, call)
    const deployment = await this.#createDeployment.deploy(cause, project, announced, trx)
    const outcome = deployment.isWaiting ? 'waiting' : 'deployed'
    return delivery.merge({ deploymentId: deployment.id, outcome }).save()
  }
}

interface Names {
  webhookId: string
  deliveryId: string
  contentHash: string
}

function kept(event: PushEvent | null, decision: Decision) {
  const change = 'change' in decision ? decision.change : undefined
  return {
    deploymentId: null,
    event: event?.name ?? 'unreadable',
    ref: change?.ref ?? null,
    commit: change?.commit ?? null,
    subject: change?.subject ?? null,
    pusher: event?.pusher ?? null,
    outcome: decision.kind === 'deploy' ? ('deployed' as const) : decision.kind,
    reason: 'reason' in decision ? decision.reason : null,
    repeats: 0,
  }
}
