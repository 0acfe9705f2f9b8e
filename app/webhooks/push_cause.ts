import { systemOrigin } from '#app/activity/origin'
import type { Cause } from '#app/deployments/cause'
import type { Call } from '#app/webhooks/call'
import type Webhook from '#app/webhooks/models/webhook'

/**
 * Why a deployment begins that a push asked for: nobody's who is signed in here.
 *
 * @param pusher who pushed, in their own words
 */
export function causeOfPush(
  { teamId }: Webhook,
  pusher: string | null,
  { address, requestId }: Call
): Cause {
  return {
    kind: 'webhook',
    by: pusher,
    reason: null,
    owner: { teamId, userId: null },
    origin: { ...systemOrigin(teamId), address, requestId: requestId ?? null },
  }
}
