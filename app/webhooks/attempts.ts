import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import { Attempts, networkOf } from '#app/auth/attempts'
import type { Call } from '#app/webhooks/call'
import type Webhook from '#app/webhooks/models/webhook'

/** Calls that one network may make in vain, and that one webhook takes. */
const IN_VAIN = { requests: 30, duration: '1 min' }
const SIGNED = { requests: 120, duration: '1 min' }

/**
 * Counts a call that was refused. Those that are signed are not held up by it.
 *
 * @returns whether its network has more to spare
 */
export function mayFail({ address }: Pick<Call, 'address'>): Promise<boolean> {
  return new Attempts('webhook_refused', [{ of: networkOf(address), limit: IN_VAIN }]).begin()
}

/**
 * Counts a call that was signed.
 */
export function mayDeliver({ id }: Webhook): Promise<boolean> {
  return new Attempts('webhook', [{ of: id, limit: SIGNED }]).begin()
}

/**
 * Notes on a webhook that a call was refused, once a minute at most, for those who wonder why
 * nothing happens.
 */
export async function noteRefusal({ id }: Webhook, { address }: Call): Promise<void> {
  const now = Date.now()
  const noted = { refused_at: now, refused_address: address.slice(0, 45) }
  await db
    .from('webhooks')
    .where('id', id)
    .where((rare) => rare.whereNull('refused_at').orWhere('refused_at', '<', now - 60_000))
    .update(noted)
    .catch((error) => logger.error({ err: error }, 'a refused call was not noted'))
}
