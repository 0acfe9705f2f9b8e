import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { requirements } from '#start/authorization'
import { ForbiddenException } from '#app/auth/exceptions'
import { findScope } from '#app/teams/queries/find_scope'

/**
 * Lets a request through exactly when the authorisation table says so. Puts `ctx.scope` in place
 * for signed-in people. A stranger is sent to the login page; a member without the right gets 403
 * with the right's name; what belongs to another team is a 404, by the queries themselves.
 */
export default class AuthorizeMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const name = ctx.route?.name
    const requirement = name && Object.hasOwn(requirements, name) ? requirements[name] : undefined
    if (requirement === undefined) {
      throw new httpErrors.E_ROUTE_NOT_FOUND([ctx.request.method(), ctx.request.url()])
    }

    const user = (await ctx.auth.use('web').check()) ? ctx.auth.use('web').user! : null
    if (user) {
      const scope = await findScope(user, ctx.session.get('team_id'))
      if (scope) {
        ctx.scope = scope
      }
    }

    if (requirement === 'public') return next()
    if (requirement === 'guest') {
      return user ? ctx.response.redirect().toPath('/dashboard') : next()
    }
    if (!user) return this.#askToLogIn(ctx)
    if (requirement === 'signed-in') return next()
    if (!ctx.scope || !ctx.scope.can(requirement)) {
      throw new ForbiddenException(requirement)
    }
    return next()
  }

  #askToLogIn(ctx: HttpContext) {
    if (ctx.request.accepts(['html', 'json']) !== 'html') {
      return ctx.response.unauthorized({ message: 'Log in first.' })
    }
    if (ctx.request.method() === 'GET') {
      ctx.session.put('intended_url', ctx.request.url(true))
    }
    return ctx.response.redirect().toPath('/login')
  }
}
