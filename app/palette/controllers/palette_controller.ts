import type { HttpContext } from '@adonisjs/core/http'
import { palette } from '#app/palette/queries/palette'

/**
 * The search over everything: JSON for the dialog of the pages, a page of its own without script.
 */
export default class PaletteController {
  async index({ auth, request, response, scope, view }: HttpContext) {
    const given: unknown = request.qs().q
    const text = typeof given === 'string' ? given : ''
    const { administrator } = auth.use('web').getUserOrFail()
    const groups = await palette({ scope, administrator }, text)
    // Both answers have one address: a browser going back must not be shown the other one.
    response.vary('accept')
    response.header('cache-control', 'no-store')
    if (request.accepts(['html', 'json']) === 'json') return { groups }
    return view.render('pages/palette/index', { text, groups })
  }
}
