/** Output is gathered for so long before it is written, in milliseconds. */
const GATHER_MS = 40

/** Between two writes of output, whichever runs they are of, in milliseconds. */
const APART_MS = 5

/** Output waits no longer than this for its turn, in milliseconds. */
const LONGEST_MS = 1_000

/**
 * Lets the runs of a process take turns in writing their output: each write is a transaction, and
 * of hundreds of short runs that print at once most have ended before their turn comes. Then what
 * they printed is written with their end.
 */
export class WritingTurns {
  #next = 0

  /** How long a run that has something to write waits, in milliseconds. */
  take(now = performance.now()): number {
    const turn = Math.max(now + GATHER_MS, this.#next + APART_MS)
    this.#next = Math.min(turn, now + LONGEST_MS)
    return this.#next - now
  }
}

export const writingTurns = new WritingTurns()
