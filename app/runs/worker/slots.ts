import type { Candidate } from '#app/runs/claims'
import type { RunExecution } from '#app/runs/worker/run_execution'

/** How many runs are brought on their way at a time. */
const STARTING = 64

/** A run whose server has not answered for so long counts no more among those, in milliseconds. */
const STARTING_MS = 2_000

/** How many runs one process carries in all. */
const CARRIED = 512

/** How many of them on one server: a few channels must be left for cancelling and for questions. */
const ON_ONE_SERVER = 12

/**
 * Says how many more runs a worker may take, and of which servers. What is limited is work that
 * the panel has with runs; those it only listens to, or whose server does not answer, are in
 * nobody's way.
 */
export class Slots {
  readonly #executions: { keys(): Iterable<RunExecution> }

  constructor(executions: { keys(): Iterable<RunExecution> }) {
    this.#executions = executions
  }

  /** How many runs may be taken now. */
  get free(): number {
    const carried = [...this.#executions.keys()]
    const starting = carried.filter((execution) => execution.startingFor < STARTING_MS)
    return Math.min(STARTING - starting.length, CARRIED - carried.length)
  }

  /** Servers that take no more. */
  get fullServers(): string[] {
    return [...this.#loads()].flatMap(([id, load]) => (load >= ON_ONE_SERVER ? [id] : []))
  }

  /** The ids of the candidates that there is room for. */
  choose(candidates: readonly Candidate[]): string[] {
    const loads = this.#loads()
    return candidates.flatMap(({ id, serverId }) => {
      const load = (loads.get(serverId) ?? 0) + 1
      loads.set(serverId, load)
      return load <= ON_ONE_SERVER ? [id] : []
    })
  }

  #loads(): Map<string, number> {
    const loads = new Map<string, number>()
    for (const { run } of this.#executions.keys()) {
      loads.set(run.serverId, (loads.get(run.serverId) ?? 0) + 1)
    }
    return loads
  }
}
