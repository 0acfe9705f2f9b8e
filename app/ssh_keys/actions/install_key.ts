import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import CreateRun from '#app/runs/actions/create_run'
import { beginInstallation, type Places } from '#app/ssh_keys/begin_installation'
import { isExpired } from '#app/ssh_keys/expiry'
import type KeyInstallation from '#app/ssh_keys/models/key_installation'
import type PublicKey from '#app/ssh_keys/models/public_key'
import SshKey from '#app/ssh_keys/models/ssh_key'
import { chosenServers } from '#app/ssh_keys/queries/chosen_servers'
import { holdTeamAs } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Begins to install a key on servers, a run for each. Installing it again where it is does no harm.
 */
@inject()
export default class InstallKey {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  /**
   * @returns the installations, each with its run
   * @throws a refusal for `servers`
   */
  async handle(
    scope: Scope,
    key: SshKey | PublicKey,
    places: Places & { serverIds: readonly string[] }
  ): Promise<KeyInstallation[]> {
    if (isExpired(key)) refuse('servers', 'The key has expired. Give it a later day first.')
    if (key instanceof SshKey && key.retiredAt) {
      refuse('servers', 'Another key has taken the place of this one. Install that.')
    }
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'keys.manage', trx)
      const servers = await chosenServers(scope, places.serverIds, trx)
      const installations: KeyInstallation[] = []
      for (const server of servers) {
        installations.push(
          await beginInstallation(scope, server, key, places, this.#createRun, trx)
        )
      }
      const details = {
        servers: servers.map(({ name }) => name).join(', '),
        user: places.unixUser ?? 'the login user',
        fingerprint: key.fingerprint,
      }
      const runs = installations.map(({ runId }) => runId!)
      const act = { action: 'key_installation.started', subject: key.asSubject, details, runs }
      await recordActivity(scope.origin, act, trx)
      return installations
    })
  }
}
