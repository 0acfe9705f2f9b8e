import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import ChangeAccess from '#app/members/actions/change_access'
import { changeAccessValidator } from '#app/members/validators'

/**
 * What a member sees of the team.
 */
export default class MemberAccessController {
  @inject()
  async update(ctx: HttpContext, changeAccess: ChangeAccess) {
    const { scope, params, session, response } = ctx
    const { sees, servers, projects } = await ctx.request.validateUsing(changeAccessValidator)
    const { user } = await changeAccess.handle(scope, params.id, {
      restricted: sees === 'granted',
      serverIds: servers ?? [],
      projectIds: projects ?? [],
    })
    session.flash('toasts', [
      {
        tone: 'success',
        message: `${user.fullName} sees ${sees === 'granted' ? 'only what is granted' : 'everything'}.`,
      },
    ])
    return response.redirect().toRoute('members.show', { id: params.id })
  }
}
