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

/** How many of them of one team: what it lets lie about holds up no other. */
const OF_ONE_TEAM = CARRIED / 2

/** What is counted of a run besides itself. */
type Counted = 'serverId' | 'teamId'

/**
 * Says how many more runs a worker may take, of which servers and which teams. What is limited is work that
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
    return full(this.#loads('serverId'), ON_ONE_SERVER)
  }

  /** Teams that get no more. */
  get fullTeams(): string[] {
    return full(this.#loads('teamId'), OF_ONE_TEAM)
  }

  /** The ids of the candidates that there is room for. */
  choose(candidates: readonly Candidate[]): string[] {
    const [servers, teams] = [this.#loads('serverId'), this.#loads('teamId')]
    return candidates.flatMap(({ id, serverId, teamId }) => {
      const isFull =
        loadOf(servers, serverId) >= ON_ONE_SERVER || loadOf(teams, teamId) >= OF_ONE_TEAM
      if (isFull) return []
      servers.set(serverId, loadOf(servers, serverId) + 1)
      teams.set(teamId, loadOf(teams, teamId) + 1)
      return [id]
    })
  }

  #loads(counted: Counted): Map<string, number> {
    const loads = new Map<string, number>()
    for (const { run } of this.#executions.keys()) {
      loads.set(run[counted], loadOf(loads, run[counted]) + 1)
    }
    return loads
  }
}

function loadOf(loads: ReadonlyMap<string, number>, id: string): number {
  return loads.get(id) ?? 0
}

function full(loads: ReadonlyMap<string, number>, most: number): string[] {
  return [...loads].flatMap(([id, load]) => (load >= most ? [id] : []))
}
