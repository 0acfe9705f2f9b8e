import { performance } from 'node:perf_hooks'
import { randomUUID } from 'node:crypto'
import logger from '@adonisjs/core/services/logger'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'

/** What a proxy in front may call a request. Anything else is not taken up. */
const REQUEST_ID = /^[\w.:-]{8,64}$/

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/

/**
 * Gives every request an identifier, which its log lines, its activity, its answer and its error
 * page carry, and logs one line about it when it is answered.
 */
export default class RequestLogMiddleware {
  handle(ctx: HttpContext, next: NextFn) {
    const begun = performance.now()
    const { headers } = ctx.request.request
    if (!REQUEST_ID.test(String(headers['x-request-id']))) {
      headers['x-request-id'] = randomUUID()
      ctx.logger = logger.child({ request_id: headers['x-request-id'] })
    }
    ctx.response.header('X-Request-Id', String(headers['x-request-id']))
    ctx.response.onFinish(() => {
      ctx.logger.info(
        {
          method: ctx.request.method(),
          path: pathOf(ctx),
          status: ctx.response.response.statusCode,
          ms: Math.round((performance.now() - begun) * 10) / 10,
          address: ctx.request.ip(),
          user: ctx.scope?.userId ?? ctx.auth?.user?.id,
          team: ctx.scope?.teamId,
        },
        'request'
      )
    })
    return next()
  }
}

/** The path with the ids of things, and without anything else that people put into it. */
function pathOf({ route, params }: HttpContext) {
  return route?.pattern.replace(/:(\w+)\??/g, (hole, name) =>
    ULID.test(params[name]) ? params[name] : hole
  )
}
