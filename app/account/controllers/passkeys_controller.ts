import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import AddPasskey from '#app/account/actions/add_passkey'
import RemovePasskey from '#app/account/actions/remove_passkey'
import RenamePasskey from '#app/account/actions/rename_passkey'
import { deviceOf } from '#app/account/device'
import { readRegistration } from '#app/account/read_registration'
import { showCodes } from '#app/account/shown_codes'
import { passkeyNameValidator } from '#app/account/validators'
import Passkey from '#app/auth/models/passkey'
import { requestOrigin } from '#app/auth/request_origin'
import { passkeySite } from '#app/auth/second_factor/passkey_site'

/**
 * A person's passkeys (WebAuthn).
 */
export default class PasskeysController {
  async create({ view, request }: HttpContext) {
    const { name, kind } = deviceOf(request.header('user-agent') ?? null)
    const suggestion = ['computer', 'phone'].includes(kind) ? name : ''
    return view.render('pages/account/passkey', { site: await passkeySite(), suggestion })
  }

  @inject()
  async store(ctx: HttpContext, addPasskey: AddPasskey) {
    const user = ctx.auth.use('web').getUserOrFail()
    const answer = await readRegistration(ctx)
    const { passkey, codes } = await addPasskey.handle(requestOrigin(ctx, user), user, answer)
    const message = `The passkey ${passkey.name} is added.`
    ctx.session.flash('toasts', [{ tone: 'success', message }])
    if (codes) return showCodes(ctx, codes)
    return ctx.response.redirect().toRoute('account_security.show')
  }

  async edit({ view, auth, params }: HttpContext) {
    const { id: userId } = auth.use('web').getUserOrFail()
    const passkey = await Passkey.query().where({ id: params.id, userId }).firstOrFail()
    return view.render('pages/account/passkey_name', { passkey })
  }

  @inject()
  async update(ctx: HttpContext, renamePasskey: RenamePasskey) {
    const user = ctx.auth.use('web').getUserOrFail()
    const { name } = await ctx.request.validateUsing(passkeyNameValidator)
    await renamePasskey.handle(requestOrigin(ctx, user), user, ctx.params.id, name)
    ctx.session.flash('toasts', [{ tone: 'success', message: `The passkey is called ${name}.` }])
    return ctx.response.redirect().toRoute('account_security.show')
  }

  @inject()
  async destroy(ctx: HttpContext, removePasskey: RemovePasskey) {
    const user = ctx.auth.use('web').getUserOrFail()
    const { name } = await removePasskey.handle(requestOrigin(ctx, user), user, ctx.params.id)
    ctx.session.flash('toasts', [{ tone: 'success', message: `The passkey ${name} is removed.` }])
    return ctx.response.redirect().toRoute('account_security.show')
  }
}
