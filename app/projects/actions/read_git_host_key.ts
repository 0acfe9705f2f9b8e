import { inject } from '@adonisjs/core'
import { fingerprint, type HostKey } from '#engine/ssh/host_key'
import type { GitHostPins } from '#app/projects/git_hosts'
import type Project from '#app/projects/models/project'
import { placementsOf } from '#app/projects/queries/placements_of'
import { ServerRemotes } from '#app/servers/server_remotes'

export type OfferedGitHostKey = HostKey & { fingerprint: string }

/**
 * Reads the key a git host offers, over the first of the project's servers, because that is where the
 * repository will be fetched from. Nothing is authenticated.
 *
 * @throws RemoteError when the git host cannot be reached from there
 */
@inject()
export default class ReadGitHostKey {
  readonly #remotes: ServerRemotes

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  async handle(project: Project, gitHost: GitHostPins): Promise<OfferedGitHostKey> {
    const [{ server }] = await placementsOf(project)
    const key = await this.#remotes.readHostKeyFrom(server, gitHost.host, gitHost.port)
    return { ...key, fingerprint: fingerprint(key) }
  }
}
