import logger from '@adonisjs/core/services/logger'
import { prune } from '#engine/detached/prune'
import Server from '#app/servers/models/server'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** What stays on each server of runs that ended: the newest, and none older than this in days. */
const KEPT = { keep: 500, days: 14 }

/**
 * Removes what ended runs left on the servers. Their logs are stored here. A server that does not
 * answer is left for the next time.
 */
export default class PruneRunDirectories {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(): Promise<void> {
    const servers = await Server.acrossTeams()
      .whereNull('offered_host_key')
      .where('status', 'reachable')
    for (const server of servers) {
      await prune(this.#remotes.of(server), KEPT).catch((error) =>
        logger.warn({ err: error, server: server.id }, 'run directories were not pruned')
      )
    }
  }
}
