import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import CreateTeam from '#app/teams/actions/create_team'
import RemoveTeam from '#app/teams/actions/remove_team'
import { CHOSEN_TEAM_KEY } from '#app/teams/chosen_team'
import { removeTeamValidator, teamValidator } from '#app/teams/validators'

/**
 * Making teams and removing them.
 */
export default class TeamsController {
  create({ view }: HttpContext) {
    return view.render('pages/teams/create')
  }

  @inject()
  async store({ auth, request, session, response }: HttpContext, createTeam: CreateTeam) {
    const { name } = await request.validateUsing(teamValidator)
    const team = await createTeam.handle({
      name,
      owner: auth.use('web').getUserOrFail(),
      address: request.ip(),
      requestId: request.id() ?? null,
    })
    session.put(CHOSEN_TEAM_KEY, team.id)
    session.flash('toasts', [{ tone: 'success', message: `${team.name} is yours.` }])
    return response.redirect().toRoute('dashboard.show')
  }

  @inject()
  async destroy({ request, scope, session, response }: HttpContext, removeTeam: RemoveTeam) {
    const { confirm } = await request.validateUsing(removeTeamValidator)
    await removeTeam.handle(scope, { confirmedName: confirm })
    session.forget(CHOSEN_TEAM_KEY)
    session.flash('toasts', [{ tone: 'success', message: `${confirm} is removed.` }])
    return response.redirect().toRoute('home')
  }
}
