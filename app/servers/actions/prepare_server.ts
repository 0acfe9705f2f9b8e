import { inject } from '@adonisjs/core'
import db from '@adonisjs/lucid/services/db'
import { recordActivity } from '#app/activity/record_activity'
import type { Software } from '#engine/provision/prepare_server'
import type { PreparationInput } from '#app/servers/preparation_run'
import CreateRun from '#app/runs/actions/create_run'
import type Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'

/**
 * Starts the run that installs what deployments need on a server. It may be repeated: what is
 * already there is left alone.
 */
@inject()
export default class PrepareServer {
  readonly #createRun: CreateRun

  constructor(createRun: CreateRun) {
    this.#createRun = createRun
  }

  handle(scope: Scope, server: Server, software: Software[]): Promise<Run> {
    const input: PreparationInput = { software }
    return db.transaction(async (trx) => {
      const run = await this.#createRun.handle(
        scope,
        {
          server,
          kind: 'server.prepare',
          title: `Prepare ${server.name}`,
          input,
          deadlineSeconds: 1800,
        },
        trx
      )
      await recordActivity(
        scope.origin,
        { action: 'server.preparation_started', subject: server.asSubject, runs: [run.id] },
        trx
      )
      return run
    })
  }
}
