import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemoveScript from '#app/scripts/actions/remove_script'
import SaveScript from '#app/scripts/actions/save_script'
import Script from '#app/scripts/models/script'
import { formOptions } from '#app/scripts/queries/form_options'
import { scriptInputOf } from '#app/scripts/script_form'
import { removeScriptValidator, scriptValidator } from '#app/scripts/validators'

/**
 * Writing, changing and removing the team's scripts.
 */
export default class ScriptsController {
  create({ view }: HttpContext) {
    return view.render('pages/scripts/create', { options: formOptions })
  }

  @inject()
  async store({ request, scope, response }: HttpContext, saveScript: SaveScript) {
    const input = scriptInputOf(await request.validateUsing(scriptValidator))
    const script = await saveScript.create(scope, input)
    return response.redirect().toRoute('scripts.show', { id: script.id })
  }

  async edit({ view, scope, params }: HttpContext) {
    const script = await Script.within(scope).where('id', params.id).firstOrFail()
    return view.render('pages/scripts/edit', {
      options: formOptions,
      script,
      body: script.body.reveal(),
    })
  }

  @inject()
  async update(ctx: HttpContext, saveScript: SaveScript) {
    const script = await Script.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const input = scriptInputOf(await ctx.request.validateUsing(scriptValidator))
    await saveScript.update(ctx.scope, script, input)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${script.name} is saved.` }])
    return ctx.response.redirect().toRoute('scripts.show', { id: script.id })
  }

  @inject()
  async destroy(ctx: HttpContext, removeScript: RemoveScript) {
    const script = await Script.within(ctx.scope).where('id', ctx.params.id).firstOrFail()
    const { confirm } = await ctx.request.validateUsing(removeScriptValidator)
    await removeScript.handle(ctx.scope, script, { confirmedName: confirm })
    ctx.session.flash('toasts', [{ tone: 'success', message: `${script.name} is removed.` }])
    return ctx.response.redirect().toRoute('scripts.index')
  }
}
