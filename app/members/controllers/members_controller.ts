import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { takeShownOnce } from '#app/core/shown_once'
import RemoveMember from '#app/members/actions/remove_member'
import { memberPage } from '#app/members/queries/member_page'
import { countServersWithKeysOf } from '#app/ssh_keys/queries/count_keys_of'
import { membersPage } from '#app/members/queries/members_page'

/**
 * The people of a team.
 */
export default class MembersController {
  async index(ctx: HttpContext) {
    return ctx.view.render('pages/members/index', {
      ...(await membersPage(ctx.scope)),
      link: takeShownOnce(ctx, 'invitation'),
      invited: ctx.session.flashMessages.get('invited', null),
    })
  }

  async show({ view, scope, params }: HttpContext) {
    return view.render('pages/members/show', await memberPage(scope, params.id))
  }

  @inject()
  async destroy({ scope, params, session, response }: HttpContext, removeMember: RemoveMember) {
    const { user } = await removeMember.handle(scope, params.id)
    const message = `${user.fullName} is no longer in the team.`
    session.flash('toasts', [{ tone: 'success', message }])
    if ((await countServersWithKeysOf(scope, user.id)) > 0) {
      const left = `Keys of ${user.fullName} still let in at servers. Remove them here.`
      session.flash('toasts', [{ tone: 'warning', message: `${message} ${left}` }])
      return response.redirect().toRoute('people_keys.index')
    }
    return response.redirect().toRoute('members.index')
  }
}
