import { inject } from '@adonisjs/core'
import { fingerprint, type HostKey } from '#engine/ssh/host_key'
import type { GitHostPins } from '#app/projects/git_hosts'
import type Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'

export type OfferedGitHostKey = HostKey & { fingerprint: string }

/**
 * Reads the key a git host offers, over a server that the repository will be fetched from. Nothing
 * is authenticated.
 *
 * @throws RemoteError when the git host cannot be reached from there
 */
@inject()
export default class ReadGitHostKey {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(server: Server, gitHost: GitHostPins): Promise<OfferedGitHostKey> {
    const key = await this.#remotes.readHostKeyFrom(server, gitHost.host, gitHost.port)
    return { ...key, fingerprint: fingerprint(key) }
  }
}
