import logger from '@adonisjs/core/services/logger'
import { claim, findCalledOff, findClaimable, LEASE_MS, renew } from '#app/runs/claims'
import type Run from '#app/runs/models/run'
import { runEvents } from '#app/runs/run_events'
import { RunExecution } from '#app/runs/worker/run_execution'
import { Slots } from '#app/runs/worker/slots'
import type { ServerRemotes } from '#app/servers/server_remotes'

/** How often the table is looked at without being woken, in milliseconds. */
const POLL_MS = 1_000

/** How many runs that were cancelled before they began are ended in one go. */
const CALLED_OFF = 100

/**
 * Works through the runs table: claims what nobody works on and carries each run to its end. The
 * table is the queue. Being woken only makes it faster; a worker that hears nothing finds the
 * same runs a second later.
 */
export class RunWorker {
  readonly #remotes: ServerRemotes
  readonly #executions = new Map<RunExecution, Promise<void>>()
  readonly #slots = new Slots(this.#executions)
  readonly #stopping = new AbortController()
  #undo: (() => void)[] = []
  #looking: Promise<void> | null = null
  #lookAgain = false
  #renewing = false

  /** Whether there may be runs that were left because there was no room for them. */
  #crowded = false

  constructor(remotes: ServerRemotes) {
    this.#remotes = remotes
  }

  start() {
    const polling = setInterval(() => this.#look(), POLL_MS)
    const renewing = setInterval(() => void this.#renew(), LEASE_MS / 3)
    this.#undo = [
      runEvents.onWake(() => this.#look()),
      runEvents.onCancelRequested((id) => this.#cancel(id)),
      () => clearInterval(polling),
      () => clearInterval(renewing),
    ]
    this.#look()
  }

  /**
   * Stops claiming and gives back what is in hand. The work itself goes on on the servers.
   */
  async stop() {
    for (const undo of this.#undo) undo()
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
    const calledOff = await findCalledOff(CALLED_OFF)
    if (calledOff.length > 0) for (const run of await claim(calledOff)) this.#carry(run)
    while (!this.#stopping.signal.aborted) {
      const { free, fullServers, fullTeams } = this.#slots
      this.#crowded = free <= 0 || fullServers.length > 0 || fullTeams.length > 0
      if (free <= 0) return
      const candidates = await findClaimable(free, fullServers, fullTeams)
      const chosen = this.#slots.choose(candidates)
      if (chosen.length === 0) return
      for (const run of await claim(chosen)) this.#carry(run)
      if (chosen.length === candidates.length && candidates.length < free) return
    }
  }

  #carry(run: Run) {
    const execution = new RunExecution(run, this.#remotes, this.#stopping.signal)
    const makeRoom = () => this.#crowded && this.#look()
    void execution.attached.then(makeRoom)
    const work = execution
      .carry()
      .catch((error) => logger.error({ err: error, run: run.id }, 'a run was dropped'))
      .finally(() => {
        this.#executions.delete(execution)
        makeRoom()
      })
    this.#executions.set(execution, work)
  }

  #cancel(id: string) {
    for (const execution of this.#executions.keys()) {
      if (execution.run.id === id) execution.cancel()
    }
  }

  async #renew() {
    if (this.#executions.size === 0 || this.#renewing) return
    this.#renewing = true
    const executions = [...this.#executions.keys()]
    try {
      const kept = await renew(executions.map(({ run }) => run))
      for (const execution of executions) {
        const lease = kept.get(execution.run.id)
        if (!lease) execution.lose()
        else if (lease.cancelRequested) execution.cancel()
      }
    } catch (error) {
      logger.error({ err: error }, 'renewing leases failed')
    } finally {
      this.#renewing = false
    }
  }
}
