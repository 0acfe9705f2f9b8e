import type { ApplicationService } from '@adonisjs/core/types'
import type { ServerRemotes } from '#app/servers/server_remotes'
import type { RunWorker } from '#app/runs/worker/run_worker'
import type { DeploymentCoordinator } from '#app/deployments/deployment_coordinator'
import type { ProcessHeartbeat } from '#app/diagnosis/process_heartbeat'
import type { Scheduler } from '#app/core/scheduler'

/** How long answers under way may take when the panel stops, in milliseconds. */
const ANSWER_GRACE_MS = 2_000

/**
 * Starts the parts of the panel this process carries: MUSTER_ROLES names any of web, worker,
 * scheduler. Tests and commands start none of them.
 */
export default class ProcessProvider {
  readonly #app: ApplicationService
  #worker: RunWorker | null = null
  #coordinator: DeploymentCoordinator | null = null
  #scheduler: Scheduler | null = null
  #heartbeat: ProcessHeartbeat | null = null

  constructor(app: ApplicationService) {
    this.#app = app
  }

  /** Brings the database up to date, and makes sure that its secrets can be read. */
  async start() {
    if (!this.#isServing) return
    await this.#migrate()
    await this.#checkKeys()
  }

  async #migrate() {
    const { migrate } = await import('#app/core/database/migrate')
    await migrate(this.#app, await this.#app.container.make('lucid.db'))
  }

  async #checkKeys() {
    const { default: CheckKeys } = await import('#app/secrets/actions/check_keys')
    const { Keyring } = await import('#app/secrets/keyring')
    const { findSealedColumns } = await import('#app/secrets/sealed_columns')
    const check = new CheckKeys(await Keyring.of(this.#app))
    await check.handle(() => findSealedColumns(this.#app))
  }

  async ready() {
    if (!this.#isServing) return
    await this.#prepareToStop()
    const { default: env } = await import('#start/env')
    const roles = env.get('MUSTER_ROLES', 'web,worker,scheduler').split(',')
    const { ServerRemotes } = await import('#app/servers/server_remotes')
    const remotes = await this.#app.container.make(ServerRemotes)

    if (roles.includes('worker')) {
      const { RunWorker } = await import('#app/runs/worker/run_worker')
      this.#worker = new RunWorker(remotes)
      this.#worker.start()
      const { DeploymentCoordinator } = await import('#app/deployments/deployment_coordinator')
      this.#coordinator = new DeploymentCoordinator(remotes)
      this.#coordinator.start()
    }
    if (roles.includes('scheduler')) {
      const { Scheduler } = await import('#app/core/scheduler')
      const { registerScheduledWork } = await import('#start/scheduler')
      this.#scheduler = new Scheduler()
      registerScheduledWork(this.#scheduler, remotes)
      this.#scheduler.start()
    }
    await this.#startHeartbeat(roles, remotes)
    if (roles.includes('web')) {
      const { announcePanel } = await import('#app/auth/announce_panel')
      await announcePanel()
    } else {
      process.stdout.write(`\n  Muster is up, without a port, for: ${roles.join(', ')}\n\n`)
    }
  }

  async #startHeartbeat(roles: string[], remotes: ServerRemotes) {
    const { ProcessGaugesReader } = await import('#app/diagnosis/process_gauges')
    const { ProcessHeartbeat } = await import('#app/diagnosis/process_heartbeat')
    const { panelVersion } = await import('#config/app')
    const gauges = new ProcessGaugesReader(remotes, panelVersion)
    this.#heartbeat = new ProcessHeartbeat(roles, gauges)
    this.#heartbeat.start()
  }

  /**
   * Ends what would keep the server open: streams at once, and whatever is connected after a
   * grace, because a browser opens connections ahead and node waits a minute for their requests.
   */
  async #prepareToStop() {
    const { stopping } = await import('#app/core/stopping')
    const server = await this.#app.container.make('server')
    this.#app.terminating(() => {
      stopping.abort()
      setTimeout(() => server.getNodeServer()?.closeAllConnections(), ANSWER_GRACE_MS).unref()
    })
  }

  get #isServing() {
    return this.#app.getEnvironment() === 'web' && this.#app.getMode() === 'run'
  }

  async shutdown() {
    await this.#scheduler?.stop()
    await this.#coordinator?.stop()
    await this.#worker?.stop()
    await this.#heartbeat?.stop()
  }
}
