import type { HttpContext } from '@adonisjs/core/http'
import { livePage } from '#app/runs/live_page'
import PublicKey from '#app/ssh_keys/models/public_key'
import { peopleKeysPage } from '#app/ssh_keys/queries/people_keys_page'
import { personKeyPage } from '#app/ssh_keys/queries/person_key_page'

/**
 * The keys of a team's people.
 */
export default class PeopleKeysController {
  index(ctx: HttpContext) {
    return livePage(ctx, async (scope) =>
      ctx.view.render('pages/ssh_keys/people', await peopleKeysPage(scope))
    )
  }

  show(ctx: HttpContext) {
    const { view, params } = ctx
    return livePage(ctx, async (scope) => {
      const key = await PublicKey.within(scope).where('id', params.id).preload('user').firstOrFail()
      return view.render('pages/ssh_keys/person', await personKeyPage(scope, key))
    })
  }
}
