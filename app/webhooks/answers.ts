import type WebhookDelivery from '#app/webhooks/models/webhook_delivery'
import { reasonWords, type Outcome } from '#app/webhooks/outcomes'

/** What came of a delivery that was taken. */
export interface Taken {
  outcome: Outcome | 'repeated'
  delivery: WebhookDelivery | null
}

/**
 * What a provider is told of a delivery, which people read there.
 */
export function answerTo({ outcome, delivery }: Taken) {
  const deployment = delivery?.deploymentId ?? null
  const reason = delivery?.reason ?? null
  const words = reason ? reasonWords[reason] : WORDS[outcome]
  return { status: STATUS[outcome], outcome, message: words ?? '', deployment }
}

const WORDS: Partial<Record<Taken['outcome'], string>> = {
  deployed: 'A deployment began.',
  waiting: 'A deployment waits for the one under way.',
  ping: 'Pushes to the branch of the project will be deployed.',
  repeated: 'This delivery came before. It counts once.',
}

const STATUS: Record<Taken['outcome'], number> = {
  deployed: 202,
  waiting: 202,
  ignored: 200,
  ping: 200,
  repeated: 200,
  refused: 422,
}
