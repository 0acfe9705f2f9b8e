import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import type { HostKey } from '#engine/ssh/host_key'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import { fingerprintsOf } from '#app/servers/host_keys'
import { IS_ROTATING, isRotating } from '#app/servers/is_rotating'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import { findJump } from '#app/servers/way_to_server'
import { holdTeam } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

export interface Address {
  host: string
  port: number
  username: string
  jumpServerId: string | null
}

/**
 * Changes where a server is and who logs in there. What answers at the address has to show a host
 * key that the server is pinned to; else a person confirms the new one before anything logs in.
 *
 * At the address it has already another key is no move, and is compared with the pinned one first.
 *
 * @throws a refusal for `host` when nothing answers there, for `jumpServerId` when it cannot be
 */
@inject()
export default class MoveServer {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  /** @returns whether the host key is one that is yet to be confirmed */
  async handle(scope: Scope, server: Server, address: Address): Promise<{ confirms: boolean }> {
    if (await isRotating(server)) refuse('host', IS_ROTATING)
    const jump = await findJump(scope, address.jumpServerId, server.id)
    const { host, port, username } = address
    const offered = await this.#remotes
      .readHostKey(host, port, jump)
      .catch((error: Error) => refuse('host', error.message))
    const confirms = !server.hostKeys.some(({ key }) => key === offered.key)
    const stays =
      server.host === host && server.port === port && server.jumpServerId === (jump?.id ?? null)
    if (confirms && stays && server.isPinned) {
      refuse(
        'host',
        'Another host key answers here now. Compare the fingerprints under Host key first.'
      )
    }
    const former = { address: server.address, through: server.jump?.name ?? '' }
    const pinned = fingerprintsOf(server.hostKeys).map(({ type, value }) => `${type} ${value}`)
    await db.transaction(async (trx) => {
      await holdTeam(scope.teamId, trx)
      await findJump(scope, address.jumpServerId, server.id, trx)
      server.merge({ host, port, username, jumpServerId: jump?.id ?? null })
      server.merge(confirms ? toConfirm(offered) : toLookAt(server))
      await server.useTransaction(trx).save()
      const changes = {
        address: { from: former.address, to: server.address },
        through: { from: former.through, to: jump?.name ?? '' },
      }
      const details = confirms ? { changes, former: pinned } : { changes }
      const subject = server.asSubject
      await recordActivity(scope.origin, { action: 'server.moved', subject, details }, trx)
    })
    this.#remotes.forget(server)
    return { confirms }
  }
}

/** The key it is pinned to answered: what was wrong at another address is over. */
function toLookAt({ status }: Server) {
  const former = status === 'host_key_changed' ? { status: 'unreachable' as const } : {}
  return { ...former, nextCheckAt: DateTime.utc(), checkAsked: true }
}

function toConfirm(offeredHostKey: HostKey) {
  return {
    offeredHostKey,
    hostKeys: [],
    status: 'unconfirmed' as const,
    statusSince: DateTime.utc(),
    statusMessage: null,
    nextCheckAt: null,
  }
}
