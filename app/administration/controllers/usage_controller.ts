import type { HttpContext } from '@adonisjs/core/http'
import { usagePage } from '#app/administration/queries/usage_page'

/**
 * How much of the panel is used.
 */
export default class UsageController {
  async show({ view }: HttpContext) {
    return view.render('pages/administration/usage', await usagePage())
  }
}
