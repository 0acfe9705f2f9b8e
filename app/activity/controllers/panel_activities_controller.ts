import type { HttpContext } from '@adonisjs/core/http'
import { askedOf } from '#app/activity/asked'
import { activityPage } from '#app/activity/queries/activity_page'

/**
 * What was done on the panel that concerns no team: sign-ins, accounts, the panel's settings.
 */
export default class PanelActivitiesController {
  async index(ctx: HttpContext) {
    const { filter, cursor, zone } = askedOf(ctx)
    const page = await activityPage({ reach: 'panel', filter, zone }, cursor)
    return ctx.view.render('pages/activity/panel', page)
  }
}
