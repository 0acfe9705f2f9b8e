import db from '@adonisjs/lucid/services/db'
import { seal } from '#app/core/database/columns'
import CreateRun from '#app/runs/actions/create_run'
import { COMPILED_RUN, type default as Run } from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { Panel, type PanelOptions } from '#tests/support/panel'

/**
 * A panel process on the database and keys of the test process, so that a test makes rows of its
 * own for a worker that it can kill.
 */
export function sharedPanel(options: PanelOptions = {}): Promise<Panel> {
  return Panel.start({
    environment: {
      DATA_DIR: process.env.DATA_DIR!,
      APP_KEY: process.env.APP_KEY!,
      SECRETS_KEY: process.env.SECRETS_KEY!,
      ...options.environment,
    },
  })
}

/**
 * A run of any script that the worker of a panel process carries out: of a kind that the process
 * knows, and built already.
 */
export async function createBuiltRun(
  scope: Scope,
  server: Server,
  script: string,
  { deadlineSeconds = 300, title = 'A test' } = {}
): Promise<Run> {
  const kind = 'server.prepare'
  return db.transaction(async (trx) => {
    const row = { server, kind, title, input: {}, deadlineSeconds }
    const run = await new CreateRun().handle(scope, row, trx)
    const compiled = seal({ body: script, secrets: [], steps: [] }, COMPILED_RUN)
    await trx.from('runs').where('id', run.id).update({ compiled })
    return run
  })
}
