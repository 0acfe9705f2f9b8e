import type { ApplicationService } from '@adonisjs/core/types'
import { SocketUpgrades } from '#app/core/socket_upgrades'
import { stopping } from '#app/core/stopping'
import { ServerRemotes } from '#app/servers/server_remotes'
import { LiveTerminals } from '#app/terminals/live_terminals'

/**
 * Binds what lives on sockets, lets the server of this process answer with them, and ends them
 * with the application.
 */
export default class SocketProvider {
  readonly #app: ApplicationService

  constructor(app: ApplicationService) {
    this.#app = app
  }

  register() {
    const { container } = this.#app
    container.singleton(LiveTerminals, () => new LiveTerminals(() => container.make(ServerRemotes)))
    container.singleton(SocketUpgrades, async () => {
      const [server, router] = [await container.make('server'), await container.make('router')]
      return new SocketUpgrades(server, router, async () => {
        const { panelSettings } = await import('#app/settings/models/panel_settings')
        const { url } = await panelSettings()
        return new URL(url).origin
      })
    })
  }

  async ready() {
    const server = await this.#app.container.make('server')
    const node = server.getNodeServer()
    if (this.#app.getEnvironment() !== 'web' || !node) return
    const upgrades = await this.#app.container.make(SocketUpgrades)
    const terminals = await this.#app.container.make(LiveTerminals)
    upgrades.attach(node)
    terminals.start()
    stopping.signal.addEventListener('abort', () => {
      void terminals.stop()
      upgrades.stop()
    })
  }

  async shutdown() {
    const terminals = await this.#app.container.make(LiveTerminals)
    await terminals.stop()
  }
}
