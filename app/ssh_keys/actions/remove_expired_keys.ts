import logger from '@adonisjs/core/services/logger'
import db from '@adonisjs/lucid/services/db'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { systemOrigin } from '#app/activity/origin'
import { recordActivity } from '#app/activity/record_activity'
import CreateRun from '#app/runs/actions/create_run'
import { beginRemoval, whyNotRemoved } from '#app/ssh_keys/begin_removal'
import KeyInstallation from '#app/ssh_keys/models/key_installation'
import { holdTeam } from '#app/teams/hold_team'

/**
 * Begins to remove people's keys that have expired from where that was asked for.
 */
export default class RemoveExpiredKeys {
  readonly #createRun = new CreateRun()

  async handle(): Promise<void> {
    const expired = await KeyInstallation.acrossTeams()
      .where({ state: 'installed', removedOnExpiry: true })
      .whereIn('public_key_id', (keys) =>
        keys.from('public_keys').where('expires_at', '<=', Date.now()).select('id')
      )
    const byTeam = Map.groupBy(expired, ({ teamId }) => teamId)
    for (const [teamId, installations] of byTeam) {
      const ids = installations.map(({ id }) => id)
      await db
        .transaction((trx) => this.#removeIn(teamId, ids, trx))
        .catch((error) => logger.error({ err: error, teamId }, 'expired keys were not removed'))
    }
  }

  async #removeIn(teamId: string, ids: readonly string[], trx: TransactionClientContract) {
    await holdTeam(teamId, trx)
    const held = await KeyInstallation.within({ teamId }, { client: trx })
      .whereIn('id', [...ids])
      .where('state', 'installed')
      .preload('server')
    const runs: string[] = []
    const servers = new Set<string>()
    for (const installation of held) {
      if (await whyNotRemoved(installation, trx)) continue
      // Tried once: should it fail, people see why and decide.
      installation.removedOnExpiry = false
      const owner = { teamId, userId: null }
      runs.push(await beginRemoval(owner, installation, this.#createRun, trx))
      servers.add(installation.server.name)
    }
    if (runs.length === 0) return
    const act = {
      action: 'key_removal.expired',
      details: { servers: [...servers].join(', ') },
      runs,
    }
    await recordActivity(systemOrigin(teamId), act, trx)
  }
}
