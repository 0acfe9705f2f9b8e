import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import LabelServers from '#app/servers/actions/label_servers'
import { counted } from '#app/servers/counted'
import { selectedServers } from '#app/servers/selected_servers'
import { tagServersValidator } from '#app/servers/validators'

/**
 * Tags on many servers at once.
 */
export default class ServerTaggingsController {
  @inject()
  async store({ scope, request, response, session }: HttpContext, labelServers: LabelServers) {
    const input = await request.validateUsing(tagServersValidator)
    const selected = selectedServers(scope, input, request.all())
    const { tag, count } = await labelServers.tag(scope, selected, input.tag, input.mode)
    const message =
      input.mode === 'add'
        ? `${counted(count)} ${count === 1 ? 'carries' : 'carry'} ${tag.name}.`
        : `${tag.name} is taken off ${counted(count)}.`
    session.flash('toasts', [{ tone: 'success', message }])
    return response.redirect().back()
  }
}
