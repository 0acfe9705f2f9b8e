import { DateTime } from 'luxon'
import { compilePrepare, prepareServer, type Software } from '#engine/provision/prepare_server'
import { outlineOf } from '#engine/detached/script'
import type { RunHandler } from '#app/runs/run_handler'
import Server from '#app/servers/models/server'

/**
 * What a server is prepared for; nginx and git are always there afterwards.
 */
export interface PreparationInput extends Record<string, unknown> {
  software?: Software[]
}

/**
 * Runs that install on a server what deployments need.
 */
export const preparationRun: RunHandler = {
  kind: 'server.prepare',
  label: 'Preparations',

  async compile(run) {
    const { software = ['node'] } = run.input as PreparationInput
    const plan = prepareServer({ software })
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
