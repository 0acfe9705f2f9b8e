import type { HttpContext } from '@adonisjs/core/http'
import { securityPage } from '#app/account/queries/security_page'

/**
 * How a person gets in, and what protects that.
 */
export default class SecurityController {
  async show({ view, auth }: HttpContext) {
    return view.render(
      'pages/account/security',
      await securityPage(auth.use('web').getUserOrFail())
    )
  }
}
