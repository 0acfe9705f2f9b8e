import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { livePage } from '#app/runs/live_page'
import AddKey from '#app/ssh_keys/actions/add_key'
import RemoveKey from '#app/ssh_keys/actions/remove_key'
import UpdateKey from '#app/ssh_keys/actions/update_key'
import { endOfDay } from '#app/ssh_keys/expiry'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { keyPage } from '#app/ssh_keys/queries/key_page'
import { keysPage } from '#app/ssh_keys/queries/keys_page'
import * as validators from '#app/ssh_keys/validators'

/**
 * The key pairs of a team.
 */
export default class SshKeysController {
  async index({ view, scope }: HttpContext) {
    return view.render('pages/ssh_keys/index', await keysPage(scope))
  }

  create({ view }: HttpContext) {
    return view.render('pages/ssh_keys/create')
  }

  @inject()
  async store({ request, scope, response }: HttpContext, addKey: AddKey) {
    const { expiresOn, ...input } = await request.validateUsing(validators.generateKeyValidator)
    const key = await addKey.generate(scope, { ...input, expiresAt: endOfDay(expiresOn) })
    return response.redirect().toRoute('ssh_keys.show', { id: key.id })
  }

  show(ctx: HttpContext) {
    const { view, params } = ctx
    return livePage(ctx, async (scope) => {
      const key = await SshKey.within(scope).where('id', params.id).preload('creator').firstOrFail()
      return view.render('pages/ssh_keys/show', await keyPage(scope, key))
    })
  }

  @inject()
  async update(ctx: HttpContext, updateKey: UpdateKey) {
    const key = await SshKey.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { name, expiresOn } = await ctx.request.validateUsing(validators.updateKeyValidator)
    await updateKey.handle(ctx.scope, key, { name, expiresAt: endOfDay(expiresOn) })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${name} is saved.` }])
    return ctx.response.redirect().toRoute('ssh_keys.show', { id: key.id })
  }

  @inject()
  async destroy(ctx: HttpContext, removeKey: RemoveKey) {
    const key = await SshKey.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { confirm } = await ctx.request.validateUsing(validators.removeKeyValidator)
    await removeKey.handle(ctx.scope, key, { confirmedName: confirm })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${key.name} is removed.` }])
    return ctx.response.redirect().toRoute('ssh_keys.index')
  }
}
