import type { HttpContext } from '@adonisjs/core/http'
import { askedOf } from '#app/activity/asked'
import { activityPage } from '#app/activity/queries/activity_page'

/**
 * What was done in the team.
 */
export default class ActivitiesController {
  async index(ctx: HttpContext) {
    const { filter, cursor, zone } = askedOf(ctx)
    const page = await activityPage({ reach: ctx.scope, filter, zone }, cursor)
    return ctx.view.render('pages/activity/index', page)
  }
}
