import { DateTime } from 'luxon'
import { inject } from '@adonisjs/core'
import { gatherFacts } from '#engine/facts/facts'
import { readBootId } from '#engine/facts/boot_id'
import { RemoteError } from '#engine/ssh/errors'
import { requireRoot } from '#engine/ssh/require_root'
import { hasten } from '#app/runs/claims'
import { runEvents } from '#app/runs/run_events'
import { keepFacts } from '#app/servers/keep_facts'
import type Server from '#app/servers/models/server'
import { FACTS_LAST } from '#app/servers/pacing'
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
 * Logs in, gathers the server's facts, and stores what came of it as status. A server that cannot
 * be reached is a result here, not an error. One whose host key changed is not asked anything.
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
    if (server.status === 'host_key_changed') {
      const message = `${server.name} offers another host key. Compare the fingerprints first.`
      return { kind: 'not_reachable', message }
    }
    if (options.afresh) this.#remotes.retryNow(server)
    return this.#ask(server, () => this.#gather(server), options.afresh)
  }

  /**
   * What the panel does by itself: as long as the server answers and was not started anew, its
   * facts are asked for from time to time alone.
   *
   * @returns whether nothing changed, so that all there is to store is that it was seen
   */
  async look(server: Server): Promise<boolean> {
    if (server.checkAsked) this.#remotes.retryNow(server)
    const factsAge = DateTime.utc()
      .diff(server.factsAt ?? DateTime.fromMillis(0))
      .toMillis()
    if (server.status !== 'reachable' || server.checkAsked || factsAge >= FACTS_LAST) {
      await this.handle(server)
      return false
    }
    let same = false
    await this.#ask(server, async () => {
      same = (await readBootId(this.#remotes.of(server))) === (server.bootId ?? '')
      if (!same) await this.#gather(server)
      return !same
    })
    return same
  }

  async #gather(server: Server): Promise<void> {
    const remote = this.#remotes.of(server)
    if (server.username !== 'root') await requireRoot(remote, server.username)
    keepFacts(server, await gatherFacts(remote))
  }

  /** @param work gives false when its answer is not worth storing */
  async #ask(server: Server, work: () => Promise<unknown>, afresh = false): Promise<CheckResult> {
    const wasSilent = server.status !== 'reachable' || server.checkAsked
    try {
      const stores = await work()
      server.seenAt = DateTime.utc()
      if (stores !== false) await this.#store(server, 'reachable', null)
      if (wasSilent || afresh) await this.#takeUpRuns(server)
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
