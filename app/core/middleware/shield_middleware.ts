import edge from 'edge.js'
import app from '@adonisjs/core/services/app'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { errors } from '@adonisjs/shield'
import {
  cspFactory,
  csrfFactory,
  frameGuardFactory,
  hstsFactory,
  noSniffFactory,
} from '@adonisjs/shield/guards'
import shieldConfig from '#config/shield'
import { isFormWithoutSession, isSessionless } from '#app/core/sessionless'

/**
 * The guards of @adonisjs/shield, headers first: its own middleware checks the form token before
 * anything else, so that the page which tells of a refused one would have none of the headers.
 */
export default class ShieldMiddleware {
  static #guards: ReturnType<typeof makeGuards> | null = null

  async handle(ctx: HttpContext, next: NextFn) {
    ShieldMiddleware.#guards ??= makeGuards()
    const { headers, csrf } = await ShieldMiddleware.#guards
    for (const guard of headers) await guard(ctx)
    // Without a session there is nothing that a page elsewhere could misuse.
    if (isSessionless(ctx)) return next()
    if (isFormWithoutSession(ctx)) throw new errors.E_BAD_CSRF_TOKEN()
    await csrf(ctx)
    return next()
  }
}

async function makeGuards() {
  const encryption = await app.container.make('encryption')
  return {
    headers: [
      cspFactory(shieldConfig.csp),
      frameGuardFactory(shieldConfig.xFrame),
      hstsFactory(shieldConfig.hsts),
      noSniffFactory(shieldConfig.contentTypeSniffing),
      // Links with a token in their address are of no interest to the sites that pages link to.
      ({ response }) => response.header('Referrer-Policy', 'same-origin'),
    ] as ((ctx: HttpContext) => unknown)[],
    csrf: csrfFactory(shieldConfig.csrf, encryption.use(), edge) as (ctx: HttpContext) => unknown,
  }
}
