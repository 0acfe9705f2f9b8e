import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { generateKeyPair } from '#engine/ssh/key_pair'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import type { Scope } from '#app/teams/scope'

/**
 * Adds a server: reads the key its host offers (without logging in) and makes a key pair for it.
 * Nothing is trusted yet; a person confirms the fingerprint next.
 *
 * @throws a refusal for `name` when the team has a server of that name, for `host` when nothing
 * answers at the address as SSH
 */
@inject()
export default class AddServer {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(
    scope: Scope,
    input: { name: string; host: string; port: number; username: string }
  ): Promise<Server> {
    const namesake = await Server.within(scope).where('name', input.name).first()
    if (namesake) refuse('name', 'You have a server with this name already.')
    const offeredHostKey = await this.#remotes
      .readHostKey(input.host, input.port)
      .catch((error: Error) => refuse('host', error.message))
    const keyPair = generateKeyPair('muster')
    const creating = db.transaction(async (trx) => {
      const server = await Server.create(
        {
          ...input,
          teamId: scope.teamId,
          status: 'unconfirmed',
          statusSince: DateTime.utc(),
          privateKey: keyPair.privateKey,
          publicKey: keyPair.publicKey,
          offeredHostKey,
          hostKeys: [],
        },
        { client: trx }
      )
      const details = { address: server.address }
      await recordActivity(
        scope.origin,
        { action: 'server.added', subject: server.asSubject, details },
        trx
      )
      return server
    })
    return creating.catch((error) => {
      if (!isUniqueViolation(error)) throw error
      refuse('name', 'You have a server with this name already.')
    })
  }
}
