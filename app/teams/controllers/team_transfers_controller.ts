import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import TransferTeam from '#app/teams/actions/transfer_team'
import { transferTeamValidator } from '#app/teams/validators'

/**
 * Handing a team over to another owner.
 */
export default class TeamTransfersController {
  @inject()
  async store({ request, scope, session, response }: HttpContext, transferTeam: TransferTeam) {
    const input = await request.validateUsing(transferTeamValidator)
    const heir = await transferTeam.handle(scope, input)
    session.flash('toasts', [
      { tone: 'success', message: `${heir} owns the team now. You are an admin.` },
    ])
    return response.redirect().toRoute('team_settings.edit')
  }
}
