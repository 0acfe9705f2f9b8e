import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import KeepLabel from '#app/servers/actions/keep_label'
import Tag from '#app/servers/models/tag'
import { labelsPage } from '#app/servers/queries/labels_page'
import { tagValidator } from '#app/servers/validators'

/**
 * The words that servers carry, and the groups they are in.
 */
export default class TagsController {
  async index({ view, scope }: HttpContext) {
    return view.render('pages/servers/labels', await labelsPage(scope))
  }

  @inject()
  async store({ scope, request, response }: HttpContext, keepLabel: KeepLabel) {
    await keepLabel.create(scope, Tag, await request.validateUsing(tagValidator))
    return response.redirect().toRoute('tags.index')
  }

  @inject()
  async update({ scope, params, request, response }: HttpContext, keepLabel: KeepLabel) {
    const tag = await Tag.within(scope).where('id', params.id).firstOrFail()
    await keepLabel.change(scope, tag, await request.validateUsing(tagValidator))
    return response.redirect().toRoute('tags.index')
  }

  @inject()
  async destroy({ scope, params, response }: HttpContext, keepLabel: KeepLabel) {
    const tag = await Tag.within(scope).where('id', params.id).firstOrFail()
    await keepLabel.remove(scope, tag)
    return response.redirect().toRoute('tags.index')
  }
}
