import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { Secret } from '#engine/shell/secret'
import { fingerprint } from '#engine/ssh/host_key'
import { authorizeKey } from '#engine/system/login_key'
import type { Origin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import CheckServer from '#app/servers/actions/check_server'
import { readAllHostKeys } from '#app/servers/host_keys'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'

type Refused = { kind: 'refused'; field: 'password' | 'fingerprint'; message: string }

export type ConnectResult = { kind: 'connected' } | { kind: 'other_fingerprint' } | Refused

/**
 * Pins the host key a person confirmed, installs Muster's key by a password if one is given (used
 * for this and not kept), logs in with the key, and pins the host's other keys over that session.
 */
@inject()
export default class ConnectServer {
  readonly #remotes: ServerRemotes
  readonly #checkServer: CheckServer

  constructor(remotes: ServerRemotes, checkServer: CheckServer) {
    this.#remotes = remotes
    this.#checkServer = checkServer
  }

  async handle(
    origin: Origin,
    server: Server,
    input: { fingerprint: string; password: string | null }
  ): Promise<ConnectResult> {
    const offered = server.offeredHostKey
    if (!offered || fingerprint(offered) !== input.fingerprint) return { kind: 'other_fingerprint' }

    server.hostKeys = [offered]
    this.#remotes.forget(server)
    const subject = server.asSubject
    const details = { keyType: offered.type, fingerprint: input.fingerprint }
    const refused = await this.#logIn(server, input.password)
    if (refused) {
      const reason = { ...details, message: refused.message }
      await recordActivity(origin, { action: 'server.connection_failed', subject, details: reason })
      return refused
    }
    server.hostKeys = await readAllHostKeys(this.#remotes.of(server), offered)
    server.offeredHostKey = null
    await db.transaction(async (trx) => {
      await server.useTransaction(trx).save()
      await recordActivity(origin, { action: 'server.connected', subject, details }, trx)
    })
    this.#remotes.forget(server)
    return { kind: 'connected' }
  }

  async #logIn(server: Server, password: string | null): Promise<Refused | null> {
    if (password) {
      const refusal = await this.#installKey(server, new Secret(password))
      if (refusal) return { kind: 'refused', field: 'password', message: refusal }
    }
    const check = await this.#checkServer.handle(server)
    return check.kind === 'reachable'
      ? null
      : { kind: 'refused', field: 'fingerprint', message: check.message }
  }

  async #installKey(server: Server, password: Secret): Promise<string | null> {
    const install = authorizeKey(server.publicKey.trim())
    try {
      await this.#remotes.withPassword(server, password).mustRun(install, {
        asLogin: true,
        timeout: 20_000,
      })
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      this.#remotes.forgetPassword(server)
    }
  }
}
