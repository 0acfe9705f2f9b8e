import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import KeepLabel from '#app/servers/actions/keep_label'
import ServerGroup from '#app/servers/models/server_group'
import { groupValidator } from '#app/servers/validators'

/**
 * The groups that servers are in. They are listed beside the tags.
 */
export default class ServerGroupsController {
  @inject()
  async store({ scope, request, response }: HttpContext, keepLabel: KeepLabel) {
    await keepLabel.create(scope, ServerGroup, await request.validateUsing(groupValidator))
    return response.redirect().toRoute('tags.index')
  }

  @inject()
  async update({ scope, params, request, response }: HttpContext, keepLabel: KeepLabel) {
    const group = await ServerGroup.within(scope).where('id', params.id).firstOrFail()
    await keepLabel.change(scope, group, await request.validateUsing(groupValidator))
    return response.redirect().toRoute('tags.index')
  }

  @inject()
  async destroy({ scope, params, response }: HttpContext, keepLabel: KeepLabel) {
    const group = await ServerGroup.within(scope).where('id', params.id).firstOrFail()
    await keepLabel.remove(scope, group)
    return response.redirect().toRoute('tags.index')
  }
}
