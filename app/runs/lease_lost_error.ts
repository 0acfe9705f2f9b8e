import type Run from '#app/runs/models/run'

/**
 * Raised when another worker took the run over: this one must not write any more.
 */
export class LeaseLostError extends Error {
  constructor(run: Run) {
    super(`Another worker took over run ${run.id}.`)
  }
}
