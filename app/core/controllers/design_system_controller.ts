import app from '@adonisjs/core/services/app'
import { errors as httpErrors, type HttpContext } from '@adonisjs/core/http'

/**
 * Every component in every state, for people who build pages. Production has no such page.
 */
export default class DesignSystemController {
  handle({ view, request }: HttpContext) {
    if (app.inProduction) {
      throw new httpErrors.E_ROUTE_NOT_FOUND([request.method(), request.url()])
    }
    return view.render('pages/design_system')
  }
}
