import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RenameTeam from '#app/teams/actions/rename_team'
import { teamSettingsPage } from '#app/teams/queries/team_settings_page'
import { teamValidator } from '#app/teams/validators'

/**
 * What a team is called, and the ways out of it.
 */
export default class TeamSettingsController {
  async edit({ view, scope }: HttpContext) {
    return view.render('pages/teams/settings', await teamSettingsPage(scope))
  }

  @inject()
  async update({ request, scope, session, response }: HttpContext, renameTeam: RenameTeam) {
    const { name } = await request.validateUsing(teamValidator)
    await renameTeam.handle(scope, name)
    session.flash('toasts', [{ tone: 'success', message: `The team is called ${name} now.` }])
    return response.redirect().toRoute('team_settings.edit')
  }
}
