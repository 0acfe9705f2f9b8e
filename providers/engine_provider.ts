import type { ApplicationService } from '@adonisjs/core/types'
import { ServerRemotes } from '#app/servers/server_remotes'

/**
 * Binds the engine's long-lived parts and closes them with the application.
 */
export default class EngineProvider {
  readonly #app: ApplicationService

  constructor(app: ApplicationService) {
    this.#app = app
  }

  register() {
    this.#app.container.singleton(ServerRemotes, () => new ServerRemotes())
  }

  async shutdown() {
    const remotes = await this.#app.container.make(ServerRemotes)
    await remotes.close()
  }
}
