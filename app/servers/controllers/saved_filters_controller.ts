import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import KeepFilter from '#app/servers/actions/keep_filter'
import SavedFilter from '#app/servers/models/saved_filter'
import { saveFilterValidator } from '#app/servers/validators'

/**
 * Filters of the server list that the team keeps under names.
 */
export default class SavedFiltersController {
  @inject()
  async store({ scope, request, response }: HttpContext, keepFilter: KeepFilter) {
    const { name, query } = await request.validateUsing(saveFilterValidator)
    const saved = await keepFilter.create(scope, name, query ?? '')
    return response.redirect(`/servers?${saved.query}`)
  }

  @inject()
  async destroy({ scope, params, response }: HttpContext, keepFilter: KeepFilter) {
    const saved = await SavedFilter.within(scope).where('id', params.id).firstOrFail()
    await keepFilter.remove(scope, saved)
    return response.redirect().toRoute('servers.index')
  }
}
