import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { requestOrigin } from '#app/auth/request_origin'
import { rememberIntended } from '#app/auth/signed_in_session'
import AcceptInvitation from '#app/members/actions/accept_invitation'
import { renderGone } from '#app/members/gone'
import { invitationPage } from '#app/members/queries/invitation_page'
import { CHOSEN_TEAM_KEY } from '#app/teams/chosen_team'

/**
 * What an invitation's link leads to, and joining the team by it.
 */
export default class InvitationAcceptancesController {
  async show(ctx: HttpContext) {
    const { auth, params, request, view, response } = ctx
    // The address of this page holds a secret.
    response.header('Referrer-Policy', 'same-origin')
    response.header('Cache-Control', 'no-store')
    const user = auth.use('web').user ?? null
    const page = await invitationPage(params.token, user, request.ip())
    if (!page) return renderGone(ctx)
    if (!user) rememberIntended(ctx, request.url())
    return view.render('pages/members/join', { ...page, token: params.token })
  }

  @inject()
  async store(ctx: HttpContext, acceptInvitation: AcceptInvitation) {
    const { auth, params, session, response } = ctx
    const user = auth.use('web').getUserOrFail()
    const result = await acceptInvitation.asPerson(params.token, user, requestOrigin(ctx, user))
    // To others than the one invited it leads nowhere; the page has told them so.
    if (result.kind !== 'joined') return renderGone(ctx)
    session.put(CHOSEN_TEAM_KEY, result.team.id)
    session.flash('toasts', [{ tone: 'success', message: `You are in ${result.team.name} now.` }])
    return response.redirect().toRoute('dashboard.show')
  }
}
