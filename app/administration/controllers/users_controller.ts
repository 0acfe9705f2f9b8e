import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RemovePerson from '#app/administration/actions/remove_person'
import { findPeople } from '#app/administration/queries/people'
import { personPage } from '#app/administration/queries/person_page'
import { peopleAsked, removePersonValidator } from '#app/administration/validators'
import { administratorOrigin } from '#app/administration/administrator_origin'
import { takeShownOnce } from '#app/core/shown_once'

/**
 * The people of the panel.
 */
export default class UsersController {
  async index({ view, request }: HttpContext) {
    const asked = peopleAsked(request.qs())
    return view.render('pages/administration/users', { asked, ...(await findPeople(asked)) })
  }

  async show(ctx: HttpContext) {
    const self = ctx.auth.use('web').getUserOrFail().id === ctx.params.id
    const link = takeShownOnce(ctx, 'password_reset')
    const outcome = ctx.session.flashMessages.get('resetOutcome')
    const page = await personPage(ctx.params.id)
    return ctx.view.render('pages/administration/user', { ...page, self, link, outcome })
  }

  @inject()
  async destroy(ctx: HttpContext, removePerson: RemovePerson) {
    const { confirm } = await ctx.request.validateUsing(removePersonValidator)
    const person = await removePerson.handle(administratorOrigin(ctx), ctx.params.id, confirm)
    ctx.session.flash('toasts', [{ tone: 'success', message: `${person.fullName} is removed.` }])
    return ctx.response.redirect().toRoute('users.index')
  }
}
