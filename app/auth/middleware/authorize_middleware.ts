import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { requirements, type Need } from '#start/authorization'
import { findTokenScope } from '#app/api_tokens/queries/find_token_scope'
import { API_PREFIX } from '#app/auth/authorization'
import { ConfirmationNeededException, ForbiddenException } from '#app/auth/exceptions'
import { findScopeNow } from '#app/auth/queries/find_scope_now'
import { findSignIn } from '#app/auth/queries/find_sign_in'
import { rememberIntended, SIGN_IN_KEY } from '#app/auth/signed_in_session'
import { findScope } from '#app/teams/queries/find_scope'
import { isSessionless } from '#app/core/sessionless'
import type User from '#app/users/models/user'

/**
 * Lets a request through exactly when the authorisation table says so. Puts `ctx.scope` and
 * `ctx.signIn` in place. A stranger is sent to the login page; a member without the right gets 403
 * with the right's name; what belongs to another team is a 404, by the queries themselves.
 */
export default class AuthorizeMiddleware {
  async handle(ctx: HttpContext, next: NextFn) {
    const name = ctx.route?.name
    const requirement = name && Object.hasOwn(requirements, name) ? requirements[name] : undefined
    if (!name || requirement === undefined) {
      throw new httpErrors.E_ROUTE_NOT_FOUND([ctx.request.method(), ctx.request.url()])
    }
    const { need, recent } = requirement
    if (name.startsWith(API_PREFIX)) return this.#passToken(ctx, need, next)

    const user = await this.#identify(ctx)
    if (need === 'public' || need === 'signature') return next()
    if (need === 'guest') {
      return user ? ctx.response.redirect().toPath('/dashboard') : next()
    }
    if (!user) return this.#askToLogIn(ctx)
    this.#assertMay(ctx, user, need)
    if (recent && !ctx.signIn.isConfirmed) throw new ConfirmationNeededException()
    return next()
  }

  /** Who the session belongs to, if its sign-in is still open. */
  async #identify(ctx: HttpContext): Promise<User | null> {
    if (isSessionless(ctx)) return null
    const guard = ctx.auth.use('web')
    if (!(await guard.check())) return null
    const user = guard.user!
    const signIn = await findSignIn(user, ctx.session.get(SIGN_IN_KEY))
    if (!signIn) {
      await guard.logout()
      this.#forgetAll(ctx)
      return null
    }
    ctx.signIn = signIn
    const scope = await findScope(user, {
      chosenTeamId: ctx.session.get('team_id'),
      address: ctx.request.ip(),
      requestId: ctx.request.id(),
    })
    if (scope) ctx.scope = scope
    return user
  }

  /** What was begun in an ended session is nobody's now. Only forms of this answer still fit. */
  #forgetAll({ session }: HttpContext) {
    const secret = session.get('csrf-secret')
    session.clear()
    session.put('csrf-secret', secret)
  }

  #assertMay(ctx: HttpContext, user: User, need: Need) {
    if (need === 'signed-in' || isForStrangers(need)) return
    if (need === 'administrator') {
      if (!user.administrator) throw new ForbiddenException('administrator')
      return
    }
    if (!ctx.scope?.can(need)) throw new ForbiddenException(need)
    ctx.scopeNow = () => findScopeNow(ctx, need)
  }

  async #passToken(ctx: HttpContext, need: Need, next: NextFn) {
    const scope = await findTokenScope(ctx.request.header('authorization'), {
      address: ctx.request.ip(),
      requestId: ctx.request.id(),
    })
    if (!scope) {
      ctx.response.header('WWW-Authenticate', 'Bearer')
      return ctx.response.unauthorized({ message: 'Send a valid API token as a bearer token.' })
    }
    ctx.scope = scope
    if (isForStrangers(need) || need === 'signed-in' || need === 'administrator') {
      throw new httpErrors.E_ROUTE_NOT_FOUND([ctx.request.method(), ctx.request.url()])
    }
    if (!scope.can(need)) throw new ForbiddenException(need, 'token')
    return next()
  }

  #askToLogIn(ctx: HttpContext) {
    if (ctx.request.accepts(['html', 'json']) !== 'html') {
      return ctx.response.unauthorized({ message: 'Log in first.' })
    }
    if (ctx.request.method() === 'GET') {
      rememberIntended(ctx, ctx.request.url(true))
    }
    return ctx.response.redirect().toPath('/login')
  }
}

function isForStrangers(need: Need): need is 'public' | 'guest' | 'signature' {
  return need === 'public' || need === 'guest' || need === 'signature'
}
