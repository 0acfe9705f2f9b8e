import { unseal, seal } from '#app/core/database/columns'
import { Secret } from '#engine/shell/secret'
import type { Call } from '#app/webhooks/call'
import Webhook, { WEBHOOK_SECRET } from '#app/webhooks/models/webhook'
import { newSecret } from '#app/webhooks/secret_text'
import { isSigned } from '#app/webhooks/signature'

/** A secret that nobody knows, for webhooks that are not there. */
let nobodys: string | null = null

/**
 * The webhook of an address, and whether the call was signed with its secret. Where there is no
 * such webhook the same is done with a secret that nobody knows, so that strangers cannot tell
 * one from the other.
 */
export async function findWebhook(
  id: string,
  call: Call
): Promise<{ webhook: Webhook | null; signed: boolean }> {
  const webhook = await Webhook.acrossTeams().where('id', id).first()
  if (webhook) return { webhook, signed: isSigned(webhook.provider, webhook.secret, call) }
  nobodys ??= seal({ text: newSecret().reveal() }, WEBHOOK_SECRET)
  const secret = new Secret(unseal<{ text: string }>(nobodys, WEBHOOK_SECRET).text)
  isSigned('github', secret, call)
  return { webhook: null, signed: false }
}
