import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateToken from '#app/api_tokens/actions/create_token'
import RevokeToken from '#app/api_tokens/actions/revoke_token'
import { tokensPage, visibleTokens } from '#app/api_tokens/queries/tokens_page'
import { createTokenValidator } from '#app/api_tokens/validators'
import { showOnce, takeShownOnce } from '#app/core/shown_once'

/**
 * The API tokens of a team.
 */
export default class ApiTokensController {
  async index(ctx: HttpContext) {
    const created = takeShownOnce(ctx, 'api_token')
    return ctx.view.render('pages/api_tokens/index', { ...(await tokensPage(ctx.scope)), created })
  }

  @inject()
  async store(ctx: HttpContext, createToken: CreateToken) {
    const input = await ctx.request.validateUsing(createTokenValidator)
    const { text } = await createToken.handle(ctx.scope, {
      ...input,
      projectId: input.projectId || null,
      lifetimeDays: Number(input.lifetimeDays),
    })
    showOnce(ctx, 'api_token', text.reveal())
    return ctx.response.redirect().toRoute('api_tokens.index')
  }

  @inject()
  async destroy({ scope, params, session, response }: HttpContext, revokeToken: RevokeToken) {
    const token = await visibleTokens(scope).where('id', params.id).firstOrFail()
    await revokeToken.handle(scope, token)
    session.flash('toasts', [{ tone: 'success', message: `The token ${token.name} has ended.` }])
    return response.redirect().toRoute('api_tokens.index')
  }
}
