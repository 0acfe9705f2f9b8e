import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemoveMember from '#app/members/actions/remove_member'
import { CHOSEN_TEAM_KEY } from '#app/teams/chosen_team'

/**
 * Leaving a team.
 */
export default class DeparturesController {
  @inject()
  async store({ scope, session, response }: HttpContext, removeMember: RemoveMember) {
    await removeMember.leave(scope)
    session.forget(CHOSEN_TEAM_KEY)
    session.flash('toasts', [{ tone: 'success', message: `You left ${scope.teamName}.` }])
    return response.redirect().toRoute('home')
  }
}
