import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import TakeDelivery from '#app/webhooks/actions/take_delivery'
import { mayDeliver, mayFail, noteRefusal } from '#app/webhooks/attempts'
import { answerTo } from '#app/webhooks/answers'
import type { Call } from '#app/webhooks/call'
import { findWebhook } from '#app/webhooks/find_webhook'
import { readBody } from '#app/webhooks/read_body'

/**
 * Where providers announce pushes. Whoever cannot sign learns nothing, not even whether there is
 * such a webhook.
 */
export default class HooksController {
  @inject()
  async store(ctx: HttpContext, takeDelivery: TakeDelivery) {
    const { request, response, params } = ctx
    const type = typeOf(ctx)
    if (!type) return answer(ctx, 415, 'Send JSON, or a form with the JSON as payload.')
    const body = await readBody(request.request)
    if (!body) {
      response.header('Connection', 'close')
      return answer(ctx, 413, 'The body is larger than 1 MiB.')
    }
    const { headers } = request.request
    const call: Call = { headers, body, type, address: request.ip(), requestId: request.id() }
    const { webhook, signed } = await findWebhook(params.id, call)
    if (!webhook || !signed) {
      if (webhook) response.onFinish(() => void noteRefusal(webhook, call))
      return (await mayFail(call))
        ? answer(ctx, 404, 'There is no such webhook, or the signature does not fit its secret.')
        : answer(ctx, 429, 'Too many calls. Wait a minute.')
    }
    if (!(await mayDeliver(webhook))) return answer(ctx, 429, 'Too many calls. Wait a minute.')
    const { status, ...told } = answerTo(await takeDelivery.handle(webhook, call))
    return response.status(status).json(told)
  }
}

function answer({ response }: HttpContext, status: number, message: string) {
  return response.status(status).json({ message })
}

function typeOf({ request }: HttpContext): Call['type'] | null {
  const [type] = (request.header('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() === 'application/json') return 'json'
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded' ? 'form' : null
}
