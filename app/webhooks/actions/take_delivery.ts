import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import CreateDeployment from '#app/deployments/actions/create_deployment'
import Project from '#app/projects/models/project'
import type { Taken } from '#app/webhooks/answers'
import type { Call } from '#app/webhooks/call'
import { decide } from '#app/webhooks/decide'
import * as kept from '#app/webhooks/kept_deliveries'
import type Webhook from '#app/webhooks/models/webhook'
import { announcedBy, causeOfPush } from '#app/webhooks/push_cause'
import { readEvent } from '#app/webhooks/read_event'

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
    const names = kept.namesOf(webhook, call)
    try {
      const delivery = await db.transaction((trx) => this.#take(webhook, call, names, trx))
      await kept.forgetOldDeliveries(webhook.id)
      return { outcome: delivery.outcome, delivery }
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      await kept.noteRepeat(names)
      return { outcome: 'repeated', delivery: null }
    }
  }

  async #take(webhook: Webhook, call: Call, names: kept.Names, trx: TransactionClientContract) {
    await kept.claimContent(names, trx)
    const project = await Project.within(webhook, { client: trx })
      .where('id', webhook.projectId)
      .firstOrFail()
    const event = readEvent(webhook.provider, call)
    const decision = decide(event, project, webhook.provider === 'plain')
    const delivery = await kept.keepDelivery(webhook, names.deliveryId, { event, decision }, trx)
    if (decision.kind !== 'deploy') return delivery
    const announced = announcedBy(decision.change, project)
    const cause = causeOfPush(webhook, event?.pusher ?? null, call)
    const deployment = await this.#createDeployment.deploy(cause, project, announced, trx)
    const outcome = deployment.isWaiting ? 'waiting' : 'deployed'
    return delivery.merge({ deploymentId: deployment.id, outcome }).save()
  }
}
