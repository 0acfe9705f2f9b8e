import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import AddKey from '#app/ssh_keys/actions/add_key'
import { endOfDay } from '#app/ssh_keys/expiry'
import { importKeyValidator } from '#app/ssh_keys/validators'

/**
 * Key pairs that were made elsewhere.
 */
export default class ImportedKeysController {
  create({ view }: HttpContext) {
    return view.render('pages/ssh_keys/import')
  }

  @inject()
  async store({ request, scope, response }: HttpContext, addKey: AddKey) {
    const { expiresOn, ...input } = await request.validateUsing(importKeyValidator)
    const key = await addKey.import(scope, {
      ...input,
      passphrase: input.passphrase ?? null,
      expiresAt: endOfDay(expiresOn),
    })
    return response.redirect().toRoute('ssh_keys.show', { id: key.id })
  }
}
