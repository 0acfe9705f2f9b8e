import type { HttpContext } from '@adonisjs/core/http'

/**
 * The front door: people who are signed in go to their dashboard, others to the login page.
 */
export default class HomeController {
  handle({ scope, response }: HttpContext) {
    return response.redirect().toPath(scope ? '/dashboard' : '/login')
  }
}
