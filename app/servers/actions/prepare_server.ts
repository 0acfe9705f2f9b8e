import CreateRun from '#app/runs/actions/create_run'
import type Run from '#app/runs/models/run'
import type Server from '#app/servers/models/server'
import type { Scope } from '#app/teams/scope'
import { inject } from '@adonisjs/core'

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

  handle(scope: Scope, server: Server): Promise<Run> {
    return this.#createRun.handle(scope, {
      server,
      kind: 'server.prepare',
      title: `Prepare ${server.name}`,
      input: {},
      deadlineSeconds: 1800,
    })
  }
}
