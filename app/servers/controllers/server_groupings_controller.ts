import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LabelServers from '#app/servers/actions/label_servers'
import { counted } from '#app/servers/counted'
import { selectedServers } from '#app/servers/selected_servers'
import { groupServersValidator } from '#app/servers/validators'

/**
 * The group of many servers at once.
 */
export default class ServerGroupingsController {
  @inject()
  async store({ scope, request, response, session }: HttpContext, labelServers: LabelServers) {
    const input = await request.validateUsing(groupServersValidator)
    const selected = selectedServers(scope, input, request.all())
    const { group, count } = await labelServers.group(scope, selected, input.into ?? null)
    const place = group ? `in ${group.name}` : 'in no group'
    const message = `${counted(count)} ${count === 1 ? 'is' : 'are'} ${place}.`
    session.flash('toasts', [{ tone: 'success', message }])
    return response.redirect().back()
  }
}
