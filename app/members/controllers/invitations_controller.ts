import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { showOnce } from '#app/core/shown_once'
import InvitePerson from '#app/members/actions/invite_person'
import MailInvitation from '#app/members/actions/mail_invitation'
import RevokeInvitation from '#app/members/actions/revoke_invitation'
import { invitationForm } from '#app/members/queries/invitation_form'
import { invitePersonValidator } from '#app/members/validators'

/**
 * Inviting people to the team.
 */
export default class InvitationsController {
  async create({ view, scope }: HttpContext) {
    return view.render('pages/members/invite', await invitationForm(scope))
  }

  @inject()
  async store(ctx: HttpContext, invitePerson: InvitePerson, mailInvitation: MailInvitation) {
    const { email, role, sees } = await ctx.request.validateUsing(invitePersonValidator)
    const restricted = sees === 'granted'
    const { invitation, link } = await invitePerson.handle(ctx.scope, { email, role, restricted })
    const mailed = await mailInvitation.handle(ctx.scope, invitation, link)
    showOnce(ctx, 'invitation', link)
    ctx.session.flash('invited', { email: invitation.email, mailed })
    return ctx.response.redirect().toRoute('members.index')
  }

  @inject()
  async destroy(ctx: HttpContext, revokeInvitation: RevokeInvitation) {
    const { email } = await revokeInvitation.handle(ctx.scope, ctx.params.id)
    ctx.session.flash('toasts', [
      { tone: 'success', message: `The invitation for ${email} has ended.` },
    ])
    return ctx.response.redirect().toRoute('members.index')
  }
}
