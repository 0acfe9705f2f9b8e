import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import RetryRotation from '#app/ssh_keys/actions/retry_rotation'
import KeyRotation from '#app/ssh_keys/models/key_rotation'

/**
 * Trying a rotation again where it failed.
 */
export default class KeyRotationRetriesController {
  @inject()
  async store({ scope, params, response }: HttpContext, retryRotation: RetryRotation) {
    const rotation = await KeyRotation.within(scope).where('id', params.id).firstOrFail()
    await retryRotation.handle(scope, rotation)
    return response.redirect().toRoute('key_rotations.show', { id: rotation.id })
  }
}
