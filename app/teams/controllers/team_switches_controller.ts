import type { HttpContext } from '@adonisjs/core/http'
import { CHOSEN_TEAM_KEY } from '#app/teams/chosen_team'
import Membership from '#app/teams/models/membership'

/**
 * Going over to another of one's teams.
 */
export default class TeamSwitchesController {
  async store({ auth, params, session, response }: HttpContext) {
    const { id: userId } = auth.use('web').getUserOrFail()
    const place = await Membership.within({ teamId: params.id })
      .where('user_id', userId)
      .firstOrFail()
    session.put(CHOSEN_TEAM_KEY, place.teamId)
    return response.redirect().toRoute('dashboard.show')
  }
}
