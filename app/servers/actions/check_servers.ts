import CheckServer from '#app/servers/actions/check_server'
import Server from '#app/servers/models/server'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How many servers are looked at together. */
const CONCURRENCY = 20

/**
 * Looks at every pinned server. One that does not answer delays no other.
 */
export default class CheckServers {
  readonly #checkServer: CheckServer

  constructor(remotes: ServerRemotes) {
    this.#checkServer = new CheckServer(remotes)
  }

  async handle(): Promise<void> {
    const servers = await Server.acrossTeams().whereNull('offered_host_key')
    const queue = servers.values()
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        for (const server of queue) await this.#checkServer.handle(server)
      })
    )
  }
}
