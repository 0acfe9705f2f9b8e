import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { isUniqueViolation } from '#app/core/database/unique_violation'
import { refuse } from '#app/core/exceptions/refusal'
import { findGroup, findTags, setTags } from '#app/servers/labels'
import { keyPairOf, loginChoiceOf, type LoginChoice } from '#app/servers/logins'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import { findJump } from '#app/servers/way_to_server'
import { holdTeam } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

export interface NewServer extends Partial<LoginChoice> {
  name: string
  host: string
  port: number
  username: string
  jumpServerId?: string | null
  groupId?: string | null
  tagIds?: readonly string[]
}

/**
 * Adds a server: reads the key its host offers (without logging in) and makes or takes a key pair
 * for it. Nothing is trusted yet; a person confirms the fingerprint next.
 *
 * @throws a refusal for `name` when the team has a server of that name, for `host` when nothing
 * answers at the address as SSH, and for what does not fit of the rest
 */
@inject()
export default class AddServer {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(scope: Scope, input: NewServer): Promise<Server> {
    const { name, host, port, username, jumpServerId, groupId } = input
    const namesake = await Server.within(scope).where('name', name).first()
    if (namesake) refuse('name', 'You have a server with this name already.')
    const group = await findGroup(scope, groupId)
    const tags = await findTags(scope, input.tagIds ?? [])
    const jump = await findJump(scope, jumpServerId, null)
    const keyPair = await keyPairOf(scope, loginChoiceOf(input))
    const offeredHostKey = await this.#remotes
      .readHostKey(host, port, jump)
      .catch((error: Error) => refuse('host', error.message))
    const creating = db.transaction(async (trx) => {
      await holdTeam(scope.teamId, trx)
      await findJump(scope, jumpServerId, null, trx)
      const server = await Server.create(
        {
          ...{ name, host, port, username, ...keyPair, offeredHostKey, hostKeys: [] },
          ...{ jumpServerId: jump?.id ?? null, groupId: group?.id ?? null },
          teamId: scope.teamId,
          status: 'unconfirmed',
          statusSince: DateTime.utc(),
        },
        { client: trx }
      )
      await setTags(server.id, tags, trx)
      const details = { address: server.address, through: jump?.name, key: server.login }
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
