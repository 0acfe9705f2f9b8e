import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { requestOrigin } from '#app/auth/request_origin'
import AddPublicKey from '#app/ssh_keys/actions/add_public_key'
import RemovePublicKey from '#app/ssh_keys/actions/remove_public_key'
import { endOfDay } from '#app/ssh_keys/expiry'
import PublicKey from '#app/ssh_keys/models/public_key'
import { accountKeysPage } from '#app/ssh_keys/queries/account_keys_page'
import { publicKeyValidator } from '#app/ssh_keys/validators'

/**
 * A person's own public keys.
 */
export default class AccountKeysController {
  async index({ view, auth }: HttpContext) {
    const user = auth.use('web').getUserOrFail()
    return view.render('pages/account/ssh_keys', await accountKeysPage(user))
  }

  @inject()
  async store(ctx: HttpContext, addPublicKey: AddPublicKey) {
    const user = ctx.auth.use('web').getUserOrFail()
    const { expiresOn, ...input } = await ctx.request.validateUsing(publicKeyValidator)
    const origin = requestOrigin(ctx, user)
    await addPublicKey.handle(origin, user, { ...input, expiresAt: endOfDay(expiresOn) })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${input.name} is added.` }])
    return ctx.response.redirect().toRoute('account_keys.index')
  }

  @inject()
  async destroy(ctx: HttpContext, removePublicKey: RemovePublicKey) {
    const user = ctx.auth.use('web').getUserOrFail()
    const key = await PublicKey.query().where({ id: ctx.params.id, userId: user.id }).firstOrFail()
    await removePublicKey.handle(requestOrigin(ctx, user), key)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${key.name} is removed.` }])
    return ctx.response.redirect().toRoute('account_keys.index')
  }
}
