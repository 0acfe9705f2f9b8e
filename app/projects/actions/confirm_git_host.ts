import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import ReadGitHostKey from '#app/projects/actions/read_git_host_key'
import type { GitHostPins } from '#app/projects/git_hosts'
import GitHost from '#app/projects/models/git_host'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Pins a git host for the team to the key a person compared. The key is read again, so that what
 * is pinned is what the host offers now.
 *
 * @throws a refusal for `fingerprint` when the host offers another key than the confirmed one
 */
@inject()
export default class ConfirmGitHost {
  readonly #readGitHostKey: ReadGitHostKey

  constructor(readGitHostKey: ReadGitHostKey) {
    this.#readGitHostKey = readGitHostKey
  }

  async handle(
    scope: Scope,
    { name, server }: { name: string; server: Server },
    gitHost: GitHostPins,
    confirmed: string
  ) {
    const offered = await this.#readGitHostKey.handle(server, gitHost)
    if (offered.fingerprint !== confirmed) {
      refuse('fingerprint', 'The host offers another key now. Compare it again.')
    }
    const { host, port } = gitHost
    await db.transaction(async (trx) => {
      const existing = await GitHost.within(scope, { client: trx }).where({ host, port }).first()
      const row = existing ?? new GitHost()
      await row
        .useTransaction(trx)
        .merge({
          teamId: scope.teamId,
          host,
          port,
          hostKeys: [{ type: offered.type, key: offered.key }],
          confirmedBy: scope.userId,
        })
        .save()
      const subject = { type: 'git_host', id: row.id, name: host }
      const details = { port, keyType: offered.type, fingerprint: confirmed, project: name }
      await recordActivity(scope.origin, { action: 'git_host.confirmed', subject, details }, trx)
    })
  }
}
