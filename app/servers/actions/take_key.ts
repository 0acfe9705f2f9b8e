import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { sh } from '#engine/shell/command'
import { RemoteError } from '#engine/ssh/errors'
import { authorizeKey, withdrawKey } from '#engine/system/login_key'
import { recordActivity } from '#app/activity/record_activity'
import CheckServer from '#app/servers/actions/check_server'
import { IS_ROTATING, isRotating } from '#app/servers/is_rotating'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import { holdTeam } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

export type TakeResult = { kind: 'taken' } | { kind: 'refused'; message: string }

const WAIT = { asLogin: true, timeout: 20_000 } as const

/**
 * Logs in with the key pair to come and, once that is let in, puts it in the place of the present
 * one. As long as the present one works, Muster lets the new one in by it. A key that Muster made
 * is taken off the server again; one that a person brought may be of use to others.
 */
@inject()
export default class TakeKey {
  readonly #remotes: ServerRemotes
  readonly #checkServer: CheckServer

  constructor(remotes: ServerRemotes, checkServer: CheckServer) {
    this.#remotes = remotes
    this.#checkServer = checkServer
  }

  async handle(scope: Scope, server: Server): Promise<TakeResult> {
    const { nextPrivateKey, nextPublicKey, nextLogin } = server
    if (!nextPrivateKey || !nextPublicKey || !nextLogin) {
      return { kind: 'refused', message: 'There is no other key to take.' }
    }
    if (await isRotating(server)) return { kind: 'refused', message: IS_ROTATING }
    const former = { login: server.login, publicKey: server.publicKey.trim() }
    const refusal = await this.#logIn(server, nextPublicKey.trim())
    if (refusal) return { kind: 'refused', message: refusal }

    const isTaken = await db.transaction(async (trx) => {
      await holdTeam(server.teamId, trx)
      // It may have begun while the new key was tried.
      if (await isRotating(server, trx)) return false
      server.merge({ privateKey: nextPrivateKey, publicKey: nextPublicKey, login: nextLogin })
      server.merge({ sshKeyId: null, nextPrivateKey: null, nextPublicKey: null, nextLogin: null })
      await server.useTransaction(trx).save()
      const details = { from: former.login, to: nextLogin }
      const subject = server.asSubject
      await recordActivity(
        scope.origin,
        { action: 'server.key_replaced', subject, details: { key: details } },
        trx
      )
      return true
    })
    if (!isTaken) return { kind: 'refused', message: IS_ROTATING }
    this.#remotes.forget(server)
    if (former.login === 'generated' && former.publicKey !== nextPublicKey.trim()) {
      await quietly(this.#remotes.of(server).run(withdrawKey(former.publicKey), WAIT))
    }
    await this.#checkServer.handle(server, { afresh: true })
    return { kind: 'taken' }
  }

  /** Why the new key does not let Muster in, or null. */
  async #logIn(server: Server, publicKey: string): Promise<string | null> {
    if (server.status === 'reachable') {
      await quietly(this.#remotes.of(server).run(authorizeKey(publicKey), WAIT))
    }
    try {
      await this.#remotes.withKey(server, server.nextPrivateKey!, (remote) =>
        remote.mustRun(sh`true`, { timeout: 20_000 })
      )
      return null
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error
      return [error.message, error.hint].filter(Boolean).join(' ')
    }
  }
}

/** For what may fail without harm. */
async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (!(error instanceof RemoteError)) throw error
  })
}
