import { DateTime } from 'luxon'
import { compilePrepare, prepareServer } from '#engine/provision/prepare_server'
import { outlineOf } from '#engine/detached/script'
import type { RunHandler } from '#app/runs/run_handler'
import Server from '#app/servers/models/server'

/**
 * Runs that install on a server what deployments need.
 */
export const preparationRun: RunHandler = {
  kind: 'server.prepare',
  label: 'Preparations',

  async compile(run) {
    const plan = prepareServer({ runtimes: ['static', 'process'] })
    return {
      body: compilePrepare(plan, { nonce: run.nonce }),
      steps: outlineOf(plan.steps),
      secrets: [],
    }
  },

  async settle(run, end, trx) {
    if (end.state !== 'succeeded') return
    await Server.acrossTeams({ client: trx })
      .where('id', run.serverId)
      .update({ prepared_at: DateTime.utc().toMillis() })
  },
}
