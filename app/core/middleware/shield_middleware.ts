import edge from 'edge.js'
import app from '@adonisjs/core/services/app'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import {
  cspFactory,
  csrfFactory,
  frameGuardFactory,
  hstsFactory,
  noSniffFactory,
} from '@adonisjs/shield/guards'
import shieldConfig from '#config/shield'

/**
 * The guards of @adonisjs/shield, headers first: its own middleware checks the form token before
 * anything else, so that the page which tells of a refused one would have none of the headers.
 */
export default class ShieldMiddleware {
  static #guards: Promise<((ctx: HttpContext) => unknown)[]> | null = null

  async handle(ctx: HttpContext, next: NextFn) {
    ShieldMiddleware.#guards ??= makeGuards()
    for (const guard of await ShieldMiddleware.#guards) await guard(ctx)
    return next()
  }
}

async function makeGuards() {
  const encryption = await app.container.make('encryption')
  return [
    cspFactory(shieldConfig.csp),
    frameGuardFactory(shieldConfig.xFrame),
    hstsFactory(shieldConfig.hsts),
    noSniffFactory(shieldConfig.contentTypeSniffing),
    csrfFactory(shieldConfig.csrf, encryption.use(), edge),
  ]
}
