import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import PackageSessionMiddleware from '@adonisjs/session/session_middleware'
import { openFlashedFields } from '#app/core/exceptions/remembered_fields'
import { isAskedByPage, isFormWithoutSession, isSessionless } from '#app/core/sessionless'

/**
 * The session of @adonisjs/session, for the requests that have one, with the form to fill again.
 */
export default class SessionMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    if (isSessionless(ctx) || isFormWithoutSession(ctx)) return next()
    const session = await ctx.containerResolver.make(PackageSessionMiddleware)
    return session.handle(ctx, () => {
      if (isAskedByPage(ctx) && !ctx.session.flashMessages.isEmpty) ctx.session.reflash()
      openFlashedFields(ctx)
      return next()
    })
  }
}
