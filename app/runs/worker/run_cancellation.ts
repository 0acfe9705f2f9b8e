import { DateTime } from 'luxon'
import logger from '@adonisjs/core/services/logger'
import { cancel } from '#engine/detached/cancel'
import type { RunFacts } from '#engine/detached/run_facts'
import { RemoteError } from '#engine/ssh/errors'
import type { Remote } from '#engine/ssh/remote'
import type Run from '#app/runs/models/run'

/** What a run can be once nothing of it can begin any more. */
const OVER: readonly RunFacts['state'][] = ['finished', 'crashed', 'rebooted']

/** How often a server is asked whether anything of a cancelled run is left. */
const PROOFS = 5

/**
 * Ends a run on its server because a person asked, and proves that nothing of it is left.
 */
export class RunCancellation {
  readonly #run: Run
  readonly #remote: () => Promise<Remote | null>
  #underWay: Promise<void> | null = null

  /** Processes of the run left after cancelling; null while nobody could tell. */
  #left: number | null = null

  /** When its server said so. */
  #askedAt = new Date(0)

  /** @param remote of the run's server as it is when it is asked; null when that is gone */
  constructor(run: Run, remote: () => Promise<Remote | null>) {
    this.#run = run
    this.#remote = remote
  }

  /** Begins, unless it is under way or done. What did not go through may be asked for again. */
  request(): Promise<void> {
    this.#run.cancelRequestedAt ??= DateTime.utc()
    if (this.#left === 0) return Promise.resolve()
    this.#underWay ??= this.#cancel().finally(() => (this.#underWay = null))
    return this.#underWay
  }

  /** Waits for what is under way. */
  async settled(): Promise<void> {
    await this.#underWay
  }

  /**
   * Asks until the server says that nothing is left.
   *
   * @returns when the server said so, else what is known instead
   */
  async prove(): Promise<Date | string> {
    for (let tries = 0; tries < PROOFS && this.#left !== 0; tries++) await this.request()
    if (this.#left === 0) return this.#askedAt
    return this.#left === null
      ? 'It was cancelled, but the server did not say whether anything of it is left.'
      : `It was cancelled, but ${this.#left} of its processes could not be ended.`
  }

  async #cancel() {
    try {
      const { id, fence } = this.#run
      const remote = await this.#remote()
      if (!remote) return
      const { left, facts } = await cancel(remote, { id, fence })
      // A run that is not there yet may be about to begin: nothing is proven, ask again.
      if (left === 0 && !OVER.includes(facts.state)) return
      this.#left = left
      this.#askedAt = new Date()
    } catch (error) {
      const level = error instanceof RemoteError ? 'warn' : 'error'
      logger[level]({ err: error, run: this.#run.id }, 'cancelling did not go through')
    }
  }
}
