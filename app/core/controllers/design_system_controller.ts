import type { HttpContext } from '@adonisjs/core/http'

/**
 * Every component in every state, for people who build pages.
 */
export default class DesignSystemController {
  handle({ view }: HttpContext) {
    return view.render('pages/design_system')
  }
}
