import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import { refuse } from '#app/core/exceptions/refusal'
import CreateRun from '#app/runs/actions/create_run'
import { beginRemoval, whyNotRemoved } from '#app/ssh_keys/begin_removal'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import { holdTeamAs } from '#app/teams/hold_team'
import type { Scope } from '#app/teams/scope'

/**
 * Begins to remove keys from servers, a run for each place. The key that Muster logs in with is
 * not removed.
 */
@inject()
export default class RemoveInstallations {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  /**
   * @throws a refusal for `installations`
   */
  async handle(scope: Scope, ids: readonly string[]): Promise<KeyInstallation[]> {
    return db.transaction(async (trx) => {
      await holdTeamAs(scope, 'keys.manage', trx)
      const wanted = [...new Set(ids)]
      const found = await KeyInstallation.within(scope, { client: trx })
        .whereIn('id', wanted)
        .preload('server')
      if (found.length !== wanted.length) refuse('installations', 'Choose keys of the list.')
      const runs: string[] = []
      for (const installation of found) {
        const reason = await whyNotRemoved(installation, trx)
        if (reason) refuse('installations', reason)
        runs.push(await beginRemoval(scope, installation, this.#createRun, trx))
      }
      const servers = [...new Set(found.map(({ server }) => server.name))].join(', ')
      const keys = [...new Set(found.map(({ name }) => name))].join(', ')
      const act = { action: 'key_removal.started', details: { servers, keys }, runs }
      await recordActivity(scope.origin, act, trx)
      return found
    })
  }
}
