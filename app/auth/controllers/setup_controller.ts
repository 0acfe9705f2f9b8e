import { inject } from '@adonisjs/core'
import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'
import ClaimPanel from '#app/auth/actions/claim_panel'
import { beginSession } from '#app/auth/signed_in_session'
import { isSetupToken } from '#app/auth/setup_token'
import { claimPanelValidator } from '#app/auth/validators'

/**
 * Claiming a fresh panel with the one-time token printed on the console.
 */
export default class SetupController {
  async create(ctx: HttpContext) {
    const token = await this.#tokenOf(ctx)
    return ctx.view.render('pages/auth/setup', { token })
  }

  @inject()
  async store(ctx: HttpContext, claimPanel: ClaimPanel) {
    await this.#tokenOf(ctx)
    const input = await ctx.request.validateUsing(claimPanelValidator)
    const user = await claimPanel.handle({ ...input, email: input.email.toLowerCase() })
    await beginSession(ctx, user, { method: 'setup' })
    ctx.session.flash('toasts', [{ tone: 'success', message: 'The panel is yours.' }])
    return ctx.response.redirect().toRoute('dashboard.show')
  }

  async #tokenOf({ request }: HttpContext): Promise<string> {
    const token = request.input('token')
    if (!(await isSetupToken(token))) {
      throw new httpErrors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    }
    return token
  }
}
