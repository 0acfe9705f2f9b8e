import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import { gatherFacts } from '#engine/facts/facts'
import { RemoteError } from '#engine/ssh/errors'
import { requireRoot } from '#engine/ssh/require_root'
import { hasten } from '#app/runs/claims'
import { runEvents } from '#app/runs/run_events'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'
import { storeStatus } from '#app/servers/store_status'
import type { ServerStatus } from '#app/servers/statuses'

export type CheckResult = { kind: 'reachable' } | { kind: 'not_reachable'; message: string }

const statusOfError: Record<string, ServerStatus> = {
  E_AUTH: 'auth_failed',
  E_HOST_KEY: 'host_key_changed',
  E_SUDO: 'no_root',
}

/**
 * Logs in, sees whether it may become root, gathers the server's facts, and stores what came of it as status. A server that cannot
 * be reached is a result here, not an error.
 */
@inject()
export default class CheckServer {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  /**
   * @param options.afresh forget earlier failures and connect at once, because a person asked
   */
  async handle(server: Server, options: { afresh?: boolean } = {}): Promise<CheckResult> {
    if (options.afresh) this.#remotes.retryNow(server)
    const wasSilent = server.status !== 'reachable'
    try {
      const remote = this.#remotes.of(server)
      if (server.username !== 'root') await requireRoot(remote, server.username)
      server.facts = await gatherFacts(remote)
      server.factsAt = DateTime.utc()
      server.seenAt = DateTime.utc()
      await this.#store(server, 'reachable', null)
      if (wasSilent || options.afresh) await this.#takeUpRuns(server)
      return { kind: 'reachable' }
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error
      const message = [error.message, error.hint].filter(Boolean).join(' ')
      await this.#store(server, statusOfError[error.code] ?? 'unreachable', message)
      return { kind: 'not_reachable', message }
    }
  }

  /** Runs that were put off until the server answers need not wait any longer. */
  async #takeUpRuns(server: Server) {
    await hasten((runs) => runs.where('server_id', server.id))
    runEvents.wakeWorkers()
  }

  async #store(server: Server, status: ServerStatus, message: string | null) {
    /*
     * Until its key is confirmed for good a server stays "to confirm", however the first try went.
     */
    const stays = server.offeredHostKey !== null && status !== 'reachable'
    if (stays) server.hostKeys = []
    await storeStatus(server, stays ? 'unconfirmed' : status, message)
  }
}
