import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { keyPairOf, type LoginChoice } from '#app/servers/logins'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Lays a new key pair beside the one that a server is logged in with. Nothing changes until it has
 * let Muster in.
 *
 * @throws a refusal for what does not fit of the choice
 */
@inject()
export default class ProposeKey {
  async handle(scope: Scope, server: Server, choice: LoginChoice): Promise<void> {
    const { login, privateKey, publicKey } = await keyPairOf(scope, choice)
    server.merge({ nextPrivateKey: privateKey, nextPublicKey: publicKey, nextLogin: login })
    await this.#store(scope, server, 'server.key_proposed')
  }

  /** Leaves everything as it was. */
  async drop(scope: Scope, server: Server): Promise<void> {
    if (!server.nextPrivateKey) return
    server.merge({ nextPrivateKey: null, nextPublicKey: null, nextLogin: null })
    await this.#store(scope, server, 'server.key_dropped')
  }

  async #store(scope: Scope, server: Server, action: string) {
    await db.transaction(async (trx) => {
      await server.useTransaction(trx).save()
      await recordActivity(scope.origin, { action, subject: server.asSubject }, trx)
    })
  }
}
