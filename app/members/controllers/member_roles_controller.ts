import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ChangeRole from '#app/members/actions/change_role'
import { changeRoleValidator } from '#app/members/validators'

/**
 * The role of a member.
 */
export default class MemberRolesController {
  @inject()
  async update(ctx: HttpContext, changeRole: ChangeRole) {
    const { scope, params, session, response } = ctx
    const { role } = await ctx.request.validateUsing(changeRoleValidator)
    const { user, userId } = await changeRole.handle(scope, params.id, role)
    session.flash('toasts', [{ tone: 'success', message: `${user.fullName} is ${role} now.` }])
    // Who gave up their own rank may have no right to this page any more.
    return userId === scope.userId
      ? response.redirect().toRoute('members.index')
      : response.redirect().toRoute('members.show', { id: params.id })
  }
}
