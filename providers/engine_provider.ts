import type { ApplicationService } from '@adonisjs/core/types'
import { OutgoingHttp } from '#engine/egress/outgoing_http'
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
    this.#app.container.singleton(
      OutgoingHttp,
      () =>
        new OutgoingHttp({
          policy: async () => {
            const { egressPolicy } = await import('#app/settings/queries/egress_policy')
            return egressPolicy()
          },
        })
    )
  }

  async shutdown() {
    const remotes = await this.#app.container.make(ServerRemotes)
    await remotes.close()
  }
}
