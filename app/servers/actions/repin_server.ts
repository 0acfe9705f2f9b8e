import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { fingerprint } from '#engine/ssh/host_key'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import CheckServer, { type CheckResult } from '#app/servers/actions/check_server'
import { fingerprintsOf, readAllHostKeys } from '#app/servers/host_keys'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'

export type RepinResult =
  CheckResult | { kind: 'other_fingerprint' } | { kind: 'silent'; message: string }

/**
 * Pins a server whose host key changed to the key that a person has confirmed, in place of all it
 * was pinned to. Whether it then lets Muster in is another matter, and a result here; once it
 * does, its other host keys are pinned too.
 */
@inject()
export default class RepinServer {
  readonly #remotes: ServerRemotes
  readonly #checkServer: CheckServer

  constructor(remotes: ServerRemotes, checkServer: CheckServer) {
    this.#remotes = remotes
    this.#checkServer = checkServer
  }

  /** @param confirmed the fingerprint that the person compared */
  async handle(origin: Origin, server: Server, confirmed: string): Promise<RepinResult> {
    const offered = await this.#remotes
      .readHostKey(server.host, server.port, server.jump ?? null)
      .catch((error: Error) => error)
    if (offered instanceof Error) return { kind: 'silent', message: offered.message }
    if (fingerprint(offered) !== confirmed) return { kind: 'other_fingerprint' }

    const former = fingerprintsOf(server.hostKeys)
    await db.transaction(async (trx) => {
      server.merge({ hostKeys: [offered], status: 'unreachable' })
      await server.useTransaction(trx).save()
      const details = {
        pinned: { type: offered.type, fingerprint: confirmed },
        former: former.map(({ type, value }) => `${type} ${value}`),
      }
      const subject = server.asSubject
      await recordActivity(origin, { action: 'server.host_key_pinned', subject, details }, trx)
    })
    this.#remotes.forget(server)
    const check = await this.#checkServer.handle(server)
    if (check.kind === 'reachable') {
      server.hostKeys = await readAllHostKeys(this.#remotes.of(server), offered)
      await server.save()
      this.#remotes.forget(server)
    }
    return check
  }
}
