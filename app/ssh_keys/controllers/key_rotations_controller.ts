import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { livePage } from '#app/runs/live_page'
import BeginRotation from '#app/ssh_keys/actions/begin_rotation'
import { endOfDay } from '#app/ssh_keys/expiry'
import KeyRotation from '#app/ssh_keys/models/key_rotation'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { rotationPage } from '#app/ssh_keys/queries/rotation_page'
import { rotateKeyValidator } from '#app/ssh_keys/validators'

/**
 * Putting a new pair in the place of one that servers log in with.
 */
export default class KeyRotationsController {
  @inject()
  async store({ request, scope, params, response }: HttpContext, beginRotation: BeginRotation) {
    const key = await SshKey.within(scope).where('id', params.id).firstOrFail()
    const { expiresOn } = await request.validateUsing(rotateKeyValidator)
    const rotation = await beginRotation.replace(scope, key, endOfDay(expiresOn))
    return response.redirect().toRoute('key_rotations.show', { id: rotation.id })
  }

  show(ctx: HttpContext) {
    return livePage(ctx, async (scope) => {
      const rotation = await KeyRotation.within(scope).where('id', ctx.params.id).firstOrFail()
      return ctx.view.render('pages/ssh_keys/rotation', await rotationPage(scope, rotation))
    })
  }
}
