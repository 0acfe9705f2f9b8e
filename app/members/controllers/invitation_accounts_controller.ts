import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { requestOrigin } from '#app/auth/request_origin'
import { beginSession, forgetIntended } from '#app/auth/signed_in_session'
import AcceptInvitation from '#app/members/actions/accept_invitation'
import { renderGone } from '#app/members/gone'
import { newPersonValidator } from '#app/members/validators'
import { CHOSEN_TEAM_KEY } from '#app/teams/chosen_team'

/**
 * Making an account to accept an invitation with.
 */
export default class InvitationAccountsController {
  @inject()
  async store(ctx: HttpContext, acceptInvitation: AcceptInvitation) {
    const { params, request, session, response } = ctx
    const account = await request.validateUsing(newPersonValidator)
    const result = await acceptInvitation.asNewPerson(
      params.token,
      account,
      requestOrigin(ctx, null)
    )
    if (result.kind === 'gone') return renderGone(ctx)
    if (result.kind === 'other_address') {
      return response.redirect().toRoute('invitation_acceptances.show', [params.token])
    }
    forgetIntended(ctx)
    await beginSession(ctx, result.user, { method: 'invitation' })
    session.put(CHOSEN_TEAM_KEY, result.team.id)
    session.flash('toasts', [{ tone: 'success', message: `You are in ${result.team.name} now.` }])
    return response.redirect().toRoute('dashboard.show')
  }
}
