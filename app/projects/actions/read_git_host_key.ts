import { inject } from '@adonisjs/core'
import { fingerprint, type HostKey } from '#engine/ssh/host_key'
import type { GitHostPins } from '#app/projects/git_hosts'
import type Project from '#app/projects/models/project'
import Server from '#app/servers/models/server'
import { ServerRemotes } from '#app/servers/server_remotes'

export type OfferedGitHostKey = HostKey & { fingerprint: string }

/**
 * Reads the key a git host offers, over the project's server, because that is where the
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

  async handle(
    project: Pick<Project, 'teamId' | 'serverId'>,
    gitHost: GitHostPins
  ): Promise<OfferedGitHostKey> {
    const server = await Server.within(project).where('id', project.serverId).firstOrFail()
    const key = await this.#remotes.readHostKeyFrom(server, gitHost.host, gitHost.port)
    return { ...key, fingerprint: fingerprint(key) }
  }
}
