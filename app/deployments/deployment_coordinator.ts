import logger from '@adonisjs/core/services/logger'
import { coordinate } from '#app/deployments/coordinate'
import {
  claimDeployment,
  findUncoordinated,
  releaseDeployment,
} from '#app/deployments/coordinator_claims'
import { runEvents } from '#app/runs/run_events'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How often the table is looked at without being woken, in milliseconds. */
const POLL_MS = 1_000

/** How soon after a run has changed, in milliseconds. */
const SOON_MS = 150

/**
 * Looks at deployments on many servers whenever one of their runs changed, and each second: says
 * when all may switch, when all keep the release, and when nobody does. What it knows is in the
 * rows, so that any process can go on where another was killed.
 */
export class DeploymentCoordinator {
  readonly #remotes: ServerRemotes
  readonly #inHand = new Map<string, Promise<void>>()
  #undo: (() => void)[] = []
  #looking: Promise<void> | null = null
  #soon: NodeJS.Timeout | null = null
  #isStopping = false

  /** Whether the last look found something: else changes of runs are of no concern. */
  #isBusy = false

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  start() {
    const polling = setInterval(() => this.#look(), POLL_MS)
    this.#undo = [runEvents.onAnyChange(() => this.#lookSoon()), () => clearInterval(polling)]
    this.#look()
  }

  /** Stops looking. The servers go on, or wait. */
  async stop() {
    this.#isStopping = true
    for (const undo of this.#undo) undo()
    if (this.#soon) clearTimeout(this.#soon)
    await this.#looking
    await Promise.allSettled(this.#inHand.values())
  }

  #lookSoon() {
    if (!this.#isBusy || this.#soon) return
    this.#soon = setTimeout(() => {
      this.#soon = null
      this.#look()
    }, SOON_MS)
  }

  #look() {
    if (this.#isStopping || this.#looking) return
    this.#looking = this.#takeAll()
      .catch((error) => logger.error({ err: error }, 'looking for deployments failed'))
      .finally(() => (this.#looking = null))
  }

  async #takeAll() {
    const ids = await findUncoordinated()
    this.#isBusy = ids.length + this.#inHand.size > 0
    for (const id of ids.filter((one) => !this.#inHand.has(one))) {
      const work = this.#take(id)
        .catch((error) => logger.error({ err: error, deployment: id }, 'coordinating failed'))
        .finally(() => this.#inHand.delete(id))
      this.#inHand.set(id, work)
    }
  }

  async #take(id: string) {
    const deployment = await claimDeployment(id)
    if (!deployment) return
    try {
      await coordinate(deployment, this.#remotes)
    } finally {
      await releaseDeployment(deployment)
    }
  }
}
