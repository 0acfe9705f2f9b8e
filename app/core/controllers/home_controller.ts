import type { HttpContext } from '@adonisjs/core/http'

/**
 * The front door: people who are signed in go to their dashboard, those without a team to the page
 * that makes one, strangers to the login page.
 */
export default class HomeController {
  handle({ auth, scope, session, response }: HttpContext) {
    // Nobody reads here what the request before had to say.
    session.reflash()
    const inside = scope ? '/dashboard' : '/teams/new'
    return response.redirect().toPath(auth.use('web').user ? inside : '/login')
  }
}
