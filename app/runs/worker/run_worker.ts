import logger from '@adonisjs/core/services/logger'
import { claim, findClaimable } from '#app/runs/claims'
import { runEvents } from '#app/runs/run_events'
import { RunExecution } from '#app/runs/worker/run_execution'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How often the table is looked at without being woken, in milliseconds. */
const POLL_MS = 1_000

/** How many runs one process carries at a time. */
const CONCURRENCY = 64

/**
 * Works through the runs table: claims what nobody works on and carries each run to its end. The
 * table is the queue. Being woken only makes it faster; a worker that hears nothing finds the
 * same runs a second later.
 */
export class RunWorker {
  readonly #remotes: ServerRemotes
  readonly #executions = new Map<string, Promise<void>>()
  readonly #stopping = new AbortController()
  #unsubscribe: (() => void) | null = null
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #lookAgain = false

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  start() {
    this.#unsubscribe = runEvents.onWake(() => this.#look())
    this.#timer = setInterval(() => this.#look(), POLL_MS)
    this.#look()
  }

  /**
   * Stops claiming and gives back what is in hand. The work itself goes on on the servers.
   */
  async stop() {
    this.#unsubscribe?.()
    if (this.#timer) clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#looking
    await Promise.allSettled(this.#executions.values())
  }

  #look() {
    if (this.#stopping.signal.aborted) return
    if (this.#looking) {
      this.#lookAgain = true
      return
    }
    this.#looking = this.#claimAll()
      .catch((error) => logger.error({ err: error }, 'looking for runs failed'))
      .finally(() => {
        this.#looking = null
        if (this.#lookAgain) {
          this.#lookAgain = false
          this.#look()
        }
      })
  }

  async #claimAll() {
    const free = CONCURRENCY - this.#executions.size
    if (free <= 0) return
    for (const candidate of await findClaimable(free)) {
      if (this.#stopping.signal.aborted) return
      const run = await claim(candidate)
      if (!run) continue
      const execution = new RunExecution(run, this.#remotes, this.#stopping.signal)
      const work = execution
        .carry()
        .catch((error) => logger.error({ err: error, run: run.id }, 'a run was dropped'))
        .finally(() => {
          this.#executions.delete(run.id)
          this.#look()
        })
      this.#executions.set(run.id, work)
    }
  }
}
